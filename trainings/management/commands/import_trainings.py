"""manage.py import_trainings FILE"""

from imports.command import ImportCommand
from trainings.imports import TrainingImporter


class Command(ImportCommand):
    help = "Imports trainings: JSON lines (schema.org Course) or CSV. Exit: 0 all, 1 some, 2 no file."
    importer = TrainingImporter
