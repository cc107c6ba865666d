"""Which wordings set a criterion that the law forbids, and which only look like it."""

import pytest

from jobs.imports_criteria import forbidden_criteria


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Infirmière, femme de moins de 35 ans", 2),
        ("Cabinet recherche une jeune femme dynamique", 1),
        ("Poste réservé aux hommes", 1),
        ("Kinésithérapeute (homme)", 1),
        ("Nous recherchons une femme pour notre équipe.", 1),
        ("Candidat de sexe masculin souhaité", 1),
        ("Aide-soignant de moins de 30 ans", 1),
        ("Secrétaire, 40 ans maximum", 1),
        ("Vous êtes âgé de moins de 45 ans.", 1),
        ("Âge maximum : 50 ans", 1),
        ("Candidate célibataire de préférence", 1),
        ("Nationalité française exigée", 1),
        ("Profil : entre 25 et 40 ans", 1),
    ],
)
def test_criteria_are_told(text, count):
    assert len(forbidden_criteria(text)) == count


@pytest.mark.parametrize(
    "text",
    [
        "Sage-femme coordinatrice",
        "Sages-femmes en maternité",
        "Infirmier H/F",
        "Poste ouvert aux femmes et aux hommes",
        "Médecin, homme ou femme",
        "Infirmier au pôle Femme-Mère-Enfant",
        "Gynécologue, santé de la femme",
        "Éducateur en centre maternel, femmes victimes de violences",
        "Trois infirmières, une pharmacienne et une sage-femme vous attendent.",
        "Vous suivez des patients de plus de 75 ans.",
        "Accueil d’enfants de moins de 18 ans",
        "Plus de 10 ans d’expérience souhaités",
        "Candidat avec plus de 10 ans d’expérience",
        "Le cabinet existe depuis plus de 20 ans.",
        "Unité pour hommes détenus",
        "Remplacement d’un congé de maternité de six mois",
        "Chirurgie féminine et cancérologie masculine",
        "Dépistage du cancer chez les femmes de 50 à 74 ans",
        "Débutant accepté, jeune diplômé bienvenu",
    ],
)
def test_other_wordings_are_left_alone(text):
    assert forbidden_criteria(text) == []
