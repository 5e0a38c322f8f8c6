"""One call makes a piece: the file to read first.

brief -> plan -> (skeleton -> rhythm -> melody, section by section) -> refine -> voices or texture -> perform -> check
"""

from __future__ import annotations

import random
from dataclasses import asdict, dataclass, replace

from composer.errors import LimitError
from composer.models.library import Models, load_models, load_refiner
from composer.models.refiner import Refiner
from composer.pipeline.assemble import assemble
from composer.pipeline.brief import CHORALE, Brief, Request
from composer.pipeline.drafts import Made, joins
from composer.pipeline.interpret import read_brief
from composer.pipeline.melody import Costs
from composer.pipeline.perform import perform
from composer.pipeline.plan import Plan, make_plan
from composer.pipeline.recipe import made_by
from composer.pipeline.refine import refine
from composer.pipeline.rhythm import draw_palette
from composer.pipeline.sections import make_new, make_return
from composer.pipeline.skeleton import outer_voices
from composer.score.key import Key
from composer.score.score import Score
from composer.search.draw import spawn
from composer.theory.check import Report, check
from composer.theory.law import Law
from composer.theory.rulebook import Rulebook, Style, load_rulebook

ATTEMPTS = 10
PART_WRITING = 8.0  # nats: a rule of part-writing that a style with four voices calls no error; design value


@dataclass(frozen=True)
class Piece:
    """A finished piece: its score, how the brief was read, the plan, what the check found, warnings to show."""

    score: Score
    request: Request
    plan: Plan
    report: Report
    sections: tuple[Made, ...]
    costs: dict[Key, Costs]
    refiner: Refiner | None = None
    warnings: tuple[str, ...] = ()


def compose(brief: Brief | None = None) -> Piece:
    """Compose a piece. The same brief with the same seed gives the same piece.

    Raises:
        RequestError: a word of the brief cannot be served.
        LimitError: no piece within the law was found.
        ShelfError: rules or models are missing or damaged.
    """
    brief = brief or Brief()
    seed = random.SystemRandom().randrange(1, 2**31) if brief.seed is None else brief.seed
    book = load_rulebook(tuple(folder for folder in (brief.rules,) if folder), replace=brief.rulebook)
    request = read_brief(brief, seed, book)
    style = book.style(request.style)
    lifted = frozenset(request.lifts)
    law = Law.of(style, lifted, brief.strict)
    parts_law = _parts_law(book, style, lifted, brief.strict) if request.four_voices else law
    models = load_models(str(request.settings["corpus"]))
    refiner = None if "refiner" in request.without else load_refiner()
    best: Piece | None = None
    error = LimitError("no piece was found")
    for attempt in range(ATTEMPTS):
        plan = make_plan(request, law, attempt)
        costs = {plan.request.key: Costs(plan, law, models, outer_voices(request))}
        try:
            made = _sections(plan, models, refiner, costs, attempt)
            score = assemble(plan, made, models, parts_law, attempt)
        except LimitError as failure:
            error = failure
            continue
        score = perform(replace(score, recipe=_recipe(request)), plan)
        assert score.reading is not None
        report = check(score, score.reading, book, style.profile, lifted)
        if best is None or len(report.errors) < len(best.report.errors):
            best = Piece(score, request, plan, report, tuple(made), costs, refiner, _warnings(style))
        if not best.report.errors:
            break
    if best is None:
        raise error
    return best


def _warnings(style: Style) -> tuple[str, ...]:
    return tuple(f"style {style.name} names rule {name}, which is in no file" for name in style.missing)


def _parts_law(book: Rulebook, style: Style, lifted: frozenset[str], strict: float) -> Law:
    """The law of four real parts: the chorale's; in other styles what their profile calls no error is only dear."""
    four, profile = book.style(CHORALE), book.profile(style.profile)
    if style.name == four.name:
        return Law.of(style, lifted, strict)
    hard = tuple(rule for rule in four.forbid if profile.severity(rule) == "error")
    hard += tuple(rule for rule in style.forbid if rule not in four.forbid)
    dear = tuple((rule, PART_WRITING) for rule in four.forbid if rule not in hard)
    return Law.of(replace(four, forbid=hard, prefer=four.prefer + dear), lifted, strict)


def _sections(
    plan: Plan, models: Models, refiner: Refiner | None, costs: dict[Key, Costs], attempt: int
) -> list[Made]:
    """All sections in order: new letters drafted, returns copied and redrawn where the plan says so.

    ``costs`` gets an entry for every key a section stands in.
    """
    palette = draw_palette(plan, models, spawn(plan.request.seed, "palette", attempt))
    home = costs[plan.request.key]
    made: list[Made] = []
    for section in plan.sections:
        local = plan.local(section)
        here = costs.setdefault(section.key, Costs(local, home.law, models, home.roles))
        if section.base >= 0:
            made.append(make_return(local, section, models, here, palette, made, attempt))
        else:
            new = make_new(local, section, models, here, palette, made, attempt)
            if refiner is not None:
                refined = refine(local, new, here, refiner, made, attempt)
                new = refined if joins(local, here, made, refined) else new
            made.append(new)
    return made


def _recipe(request: Request) -> dict[str, object]:
    """What it takes to make the same bytes again; folders of rules are named by their content, not by their place."""
    brief = {
        name: value
        for name, value in asdict(request.brief).items()
        if value not in (None, (), "") and (name, value) != ("strict", 1.0)
    }
    for name in ("rulebook", "rules"):
        brief.pop(name, None)
    brief["seed"] = request.seed
    made = made_by(f"seed {request.seed}", request.brief.rules, request.brief.rulebook)
    return {"by": made.pop("by"), "brief": brief, **made}
