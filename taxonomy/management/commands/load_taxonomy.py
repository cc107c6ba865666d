from django.core.management.base import BaseCommand

from taxonomy.vocabulary import load_vocabulary


class Command(BaseCommand):
    help = "Loads professions, specialties, places, contract types and themes; harmless to repeat."

    def handle(self, *args, **options) -> None:
        load_vocabulary()
        self.stdout.write(self.style.SUCCESS("The vocabulary is up to date."))
