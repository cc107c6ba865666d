"""The signals of relevance: what comes first and why, the same on the three engines.

The unit is the score of a rare word that a text of average length holds once; both libraries count by BM25.
`make judge` says what a change does to 142 judged queries.
"""

# Where a word stands. A title says what a document is about; labels (profession, theme, place) say whom and
# what it is for; a text may only mention it.
BOOSTS = {"title": 3.0, "keywords": 1.5, "body": 1.0}
# A word as it was typed before other forms of its stem (« soignant », « soins »).
EXACT_BOOST = 1.2
# What stands for a typed word (a synonym, another spelling) after the word itself, and rarer words are worth
# more: « IDE » must not come before « infirmier » for who typed that.
SYNONYM_BOOST = 0.6
# What is close but not the same: « rénal » for « rein ».
RELATED_BOOST = 0.2
# A word and the letter or number that completes it (« type 2 »), where they stand apart.
APART_BOOST = 0.1

# Of the fields that hold a word the best one decides; the others hardly count, or long texts would win.
TIE_BREAKER = 0.1
# « AS » in capitals, a document of the kind that was named (« formation »): as much as a label.
ACRONYM_SCORE = 4.0
KIND_SCORE = 4.0
# Words that stand next to each other as they were typed: « médecin coordonnateur ».
ADJACENT_BOOST = 1.0
# One word between those of a long form, or of neighbours, is forgiven: « infirmier(e) anesthésiste ». With
# two, engines would differ on words in another order.
SYNONYM_SLOP = 1

# A thread with an answer before one without, where their words say as much.
ANSWERED_BOOST = 0.1
# An offer for the reader's own profession or of their own region, for each word that was typed: more than one
# text says beyond another, less than what a title says beyond a text.
PREFERRED_BOOST = 1.0

# News and offers grow old. Freshness takes at most this share of a score away: relevance comes first.
FRESHNESS_WEIGHT = 0.3
FRESHNESS_SCALE_DAYS = 90  # after these days (and the offset), half of that share is gone
FRESHNESS_OFFSET_DAYS = 7  # younger than this is as fresh as can be
