"""Reading what partners send: files of one object or one row a line, told apart, cleaned, then imported.

`lines` → text lines of any encoding; `records` → one mapping a line; `record_reader` → typed values or
reasons to refuse; `importer` → pages. `jobs.imports` and `trainings.imports` say what a line means.
"""
