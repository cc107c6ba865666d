"""Rich text → text and canonical HTML: nothing that changes a value is dropped, blocks never touch."""

import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.richtext import parse, to_html, to_text

pytestmark = pytest.mark.database_free


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("10<sup>9</sup>/L", "10⁹/L"),
        ("10<sup>-3</sup>, Ca<sup>2+</sup>, cm<sup>2</sup>, <sup>99m</sup>Tc", "10⁻³, Ca²⁺, cm², ⁹⁹ᵐTc"),
        ("1<sup>er</sup>, 2<sup>e</sup>, M<sup>me</sup>, n<sup>o</sup>", "1er, 2e, Mme, no"),
        ("10<sup>0,5</sup>, Pairs<sup>TM</sup>", "10^(0,5), Pairs™"),
        ('10<span style="font-size:0.6em;vertical-align:super">9</span>/L', "10⁹/L"),
        ("H<sub>2</sub>O, SaO<sub>2</sub>, VO<sub>2max</sub>", "H₂O, SaO₂, VO₂max"),
        ("C<sub>max</sub>, T<sub>1/2</sub>", "Cmax, T_(1/2)"),
        ("<s>500 mg</s> 250 mg", "[barré\u00a0: 500 mg] 250 mg"),
        ("<del>500 mg</del><ins>250 mg</ins>", "[barré\u00a0: 500 mg] 250 mg"),
        ('a <span style="text-decoration: line-through">5<b>0</b></span>', "a [barré\u00a0: 50]"),
        (
            "<table><tr><th>Poids</th><th>Dose</th></tr><tr><td>10</td><td>500</td></tr></table>",
            "Poids | Dose\n10 | 500",
        ),
        ("<table><tr><td rowspan=2>A</td><td>1</td></tr><tr><td>2</td></tr></table>", "A | 1\nA | 2"),
        ("<table><tr><td colspan=2>A</td><td>1</td></tr></table>", "A |  | 1"),
        ("<table><tr><td></td><td>1<br>2</td></tr></table>", "| 1 ; 2"),
        ("<table><caption>Doses</caption><tr><td>a</td><td>b</td></tr></table>", "Doses\n\na | b"),
        ("<table><tr><td><p>mise</p><p>en page</p></td></tr></table>", "mise\n\nen page"),
        ("<tr><td>sans</td><td>tableau</td></tr>", "sans | tableau"),
        (
            "<dl><dt>Horaires</dt><dd>7 h</dd><dt>Repos :</dt><dd>deux</dd></dl>",
            "Horaires : 7 h\n\nRepos : deux",
        ),
        ("<h2>Titre</h2>Texte<hr>Fin", "Titre\n\nTexte\n\nFin"),
        ("<div>a</div><div>b<br>c</div>", "a\n\nb\nc"),
        ("<p>Un<p>Deux", "Un\n\nDeux"),
        ("<pre>8 h\n14 h</pre>", "8 h\n14 h"),
        ("<blockquote>65 ans</blockquote>", "« 65 ans »"),
        ("<q>ici</q>", "« ici »"),
        ("<ul><li>Soins</li><li>Pansements</li></ul>", "- Soins\n- Pansements"),
        ("<ul><li>5 kg</li><li>3 kg</li></ul>", "• 5 kg\n• 3 kg"),
        ("<ol start=3><li>un</li><li>deux<ul><li>trois</li></ul></li></ol>", "3. un\n4. deux\n   - trois"),
        ("<ol><li>un</li><li value=7>sept</li><li></li><li>neuf</li></ol>", "1. un\n\n7. sept\n\n9. neuf"),
        ('<ol type="a"><li>un</li><li>deux</li></ol>', "a. un\nb. deux"),
        ("<ul><li>un</li><ul><li>dedans</li></ul><li>deux</li></ul>", "- un\n  - dedans\n- deux"),
        ('<img alt="Radio du genou" src="x.png"> normale', "[image : Radio du genou] normale"),
        ("a<style>b{}</style><title>Document1</title><xml><w:View>Normal</w:View>21</xml>c", "ac"),
        ('vu<span style="display: none">caché</span><b hidden>caché</b>', "vu"),
        ("visi<span aria-hidden=true>ble</span>", "visible"),
        ('<abbr title="x">AVC</abbr> <span lang="en">stroke</span>', "AVC stroke"),
        ("mé\u00addi\u200bca\ufeffment &shy;&#8203;x", "médicament x"),
        ("5 &lt; 10 &amp; 3 > 2", "5 < 10 & 3 > 2"),
        ("10<span style='mso-text-raise:3pt'>9</span>/L", "10⁹/L"),
        (
            "10<span style='vertical-align:4pt'>9</span>, H<span style='vertical-align:-25%'>2</span>O",
            "10⁹, H₂O",
        ),
        (
            "<math><msup><mi>x</mi><mn>2</mn></msup></math>, "
            "<math><mfrac><mn>1</mn><mn>2</mn></mfrac></math>",
            "x², 1/2",
        ),
        ("fait<sup>**</sup>, x<sup>²</sup>", "fait**, x²"),
        (
            "<span style='display:block'>Poids</span><span style='display:table-cell'>Dose</span>",
            "Poids\n\nDose",
        ),
        ("<ol reversed><li>a</li><li>b</li></ol>", "2. a\n\n1. b"),
        ("<ol start='-1'><li>a</li></ol><ol start=100000><li>b</li></ol>", "-1. a\n\n100000. b"),
        ("<ol style='list-style-type:none'><li>1) oui</li></ol>", "• 1) oui"),
        (
            "TA <input value='14/9'> <input type=checkbox checked>suivi<input type=hidden value=x>",
            "TA 14/9 ☑ suivi",
        ),
        ("<p style='white-space:pre-wrap'>8 h\n14 h</p><pre>a\tb</pre>", "8 h\n14 h\n\na   b"),
        ("a<span style='opacity:0'>x</span><i style='position:absolute;left:-9999px'>y</i>b", "ab"),
        (
            "a<a style='mso-comment-reference:X_1'>[c1]</a><div style='mso-element:comment-list'>note</div>",
            "a",
        ),
        ("a<br><br>b<br>c", "a\n\nb\nc"),
    ],
)
def test_what_changes_a_value_is_written_so_that_it_reads_right(html, text):
    assert to_text(html) == text


def test_links_are_written_out_where_they_are_asked_for():
    html = '<a href="https://has-sante.fr/">la HAS</a>, <a href="mailto:a@b.fr">a@b.fr</a>'
    assert to_text(html) == "la HAS, a@b.fr"
    assert to_text(html, links=True) == "la HAS (https://has-sante.fr/), a@b.fr"
    shown = '<a href="https://www.has-sante.fr/%C3%A9t%C3%A9_2026">www.has-sante.fr/été_2026</a>'
    assert to_text(shown, links=True) == "www.has-sante.fr/été_2026"


WORD_ITEM = (
    "<p class=MsoListParagraph style='mso-list:l0 level{} lfo1'><![if !supportLists]>"
    "<span style='mso-list:Ignore'>{}<span>&nbsp;&nbsp; </span></span><![endif]>{}<o:p></o:p></p>"
)


@pytest.mark.parametrize(
    ("pasted", "html"),
    [
        (WORD_ITEM.format(1, "·", "Gardes"), "<ul><li>Gardes</li></ul>"),
        (
            WORD_ITEM.format(1, "·", "un")
            + WORD_ITEM.format(2, "o", "dedans")
            + WORD_ITEM.format(1, "·", "deux"),
            "<ul><li>un<ul><li>dedans</li></ul></li><li>deux</li></ul>",
        ),
        (
            WORD_ITEM.format(1, "3.", "un") + WORD_ITEM.format(1, "4.", "deux"),
            '<ol start="3"><li>un</li><li>deux</li></ol>',
        ),
        (WORD_ITEM.format(1, "a)", "un"), "<p>a) un</p>"),
        (
            WORD_ITEM.format(1, "Ø", "un") + WORD_ITEM.format(1, "ü", "deux"),
            "<ul><li>un</li><li>deux</li></ul>",
        ),
        (
            WORD_ITEM.format(1, "1.", "un")
            + WORD_ITEM.format(2, "1.1.", "dedans")
            + WORD_ITEM.format(1, "2.", "deux"),
            "<ol><li><p>un</p><p>1.1. dedans</p></li><li>deux</li></ol>",
        ),
        ("<b>a</b><br><br>b", "<p><strong>a</strong></p><p>b</p>"),
        (
            "<b style='font-weight:normal;' id='docs-internal-guid-1'><p><span style='font-weight:400'>a "
            "</span><span style='font-weight:700'>b</span></p></b>",
            "<p>a <strong>b</strong></p>",
        ),
        ("<span style='font-style:italic;font-weight:bold'>a</span>", "<p><strong><em>a</em></strong></p>"),
        ("<b><p>x</p>y</b>", "<p><strong>x</strong></p><p><strong>y</strong></p>"),
        ("<h3>Titre</h3>", "<p><strong>Titre</strong></p>"),
    ],
)
def test_word_processors_keep_their_lists_and_their_weight(pasted, html):
    assert to_html(parse(pasted)) == html


def test_what_nobody_sees_does_not_survive():
    """Nor do titles, which nobody sees on a phone, and languages: a decision (docs/adr/0020)."""
    html = "<p title='x' lang=en>vu<span hidden>a</span><span style='display:none'>b</span></p>"
    hidden = "<b style='font-size:0'>c</b><i style='visibility:hidden'>d</i><u class='sr-only'>e</u>"
    assert to_html(parse(html + hidden)) == "<p>vu</p>"


PIECES = (
    "<p> </p> <b> </b> <s> </s> <sup> </sup> <ul> </ul> <ol> </ol> <li> </li> <table> <tr> <td> </td> "
    "</table> <blockquote> </blockquote> <br> <div> </div> <dl> <dt> <dd> <h2> <hr> 5 mg à &nbsp; < >"
)


@given(st.lists(st.sampled_from([*PIECES.split(), " ", "\n"]), max_size=25).map("".join))
def test_html_is_read_the_same_when_it_was_written_here(html):
    written = to_html(parse(html))
    assert to_html(parse(written)) == written
    assert to_text(written) == to_text(html)


UNITS = [" ", "&nbsp;", "<ul><li>", "<blockquote>", "<div>", "<b>", "<p>a</p>", "<br>", "<s>a</s>b", "<td>1"]
UNITS += [
    "<!--",
    "<ul><table><td></ul>",
    "<a href=x>",
    "a\n",
    "<li value=9>a",
    "<p style='mso-list:l0 level9'>",
    *("&", "&amp;", "&#", "&a ", "\u00a0", "« ", "°", "<", "</p>", "<![CDATA[", "<?x ", "<a href='", "<!-->"),
    *("<a b='c' b='c'>", "<sup>1</sup>", "<tr><td rowspan=50 colspan=50>x", "<dl><dt>", "<svg>"),
]


@pytest.mark.parametrize("unit", UNITS)
def test_hostile_markup_takes_linear_time(unit):
    """Ten times as much takes ten times as long, not a hundred; what a message may hold, seconds at most."""

    def seconds(size: int) -> float:
        markup = "<p>" + (unit * size)[:size]
        began = time.process_time()
        to_text(markup)
        return time.process_time() - began

    small, large = max(seconds(25_000), 0.01), seconds(250_000)
    assert large < 50 * small
    assert large < (12 if sys.gettrace() else 5)  # coverage follows each line


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("a & b &amp; c &#38; d &amp;lt; e", "a & b & c & d &lt; e"),
        ("M&eacute;decin &laquo;&nbsp;oui&nbsp;&raquo; 37&deg;", "Médecin «\u00a0oui\u00a0» 37°"),
        ("&lt;b&gt; 5 &lt; 6 &unknown; R&D &", "<b> 5 < 6 &unknown; R&D &"),
        ("10\u00a0mg «\u00a0µg\u00a0»", "10\u00a0mg «\u00a0µg\u00a0»"),
        ("\ufdd0a\ufdd1\U0001fffe", "a"),
    ],
)
def test_signs_and_references_come_out_as_they_are_meant(source, text):
    assert to_text(source) == text
    assert to_text(to_html(parse(source))) == text


def test_references_within_addresses_stay_those_addresses():
    source = '<a href="https://a.example/?a=1&copy=2&amp;b=%C2%A0&amplitude=3">x</a>'
    assert "(https://a.example/?a=1&copy=2&b=%C2%A0&amplitude=3)" in to_text(source, links=True)
