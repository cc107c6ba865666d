"""manage.py import_jobs FILE"""

from imports.command import ImportCommand
from jobs.imports import JobImporter


class Command(ImportCommand):
    help = "Imports job offers: JSON lines (schema.org JobPosting) or CSV. Exit: 0 all, 1 some, 2 no file."
    importer = JobImporter
