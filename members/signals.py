"""What apps of higher floors may want to know of, each sent inside the transaction of what happened."""

from django.dispatch import Signal

verification_requested = Signal()  # verification
verification_decided = Signal()  # verification
