"""Reading what partners send: files of one object or one row a line, told apart, cleaned, then imported.

`record_file` → records, of JSON (`json_records`), CSV (`csv_table`) or a workbook (`workbook`);
`record_reader` → typed values or reasons to refuse (`values`); `importer` → pages.
`jobs.imports` and `trainings.imports` say what a line means.
"""
