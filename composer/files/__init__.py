"""The formats people use: MusicXML, MIDI, text and JSON; one format a file."""
