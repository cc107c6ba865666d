"""What of the community people are told: kinds, whom each concerns, who may be told, and what it says."""
