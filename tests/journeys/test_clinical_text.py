"""Clinical text in a real browser, with and without JavaScript: typed, shown and corrected unchanged."""

import pytest
from playwright.sync_api import Page, expect

from community.models import Post

from .world import new_nurse

TEXTS = [
    "> 65 ans : réduire la dose\n\n>140/90\n\n- 5 kg\n\n2. Oui, contre-indiqué\n\n1.5 mg le matin",
    "1. lundi\n2. mardi\n\nPuis\n\n3. jeudi\n   - matin\n   - soir\n4. vendredi\n\n"
    "Na  140   K  4,2\n   < 5 % ** # _ ~ ± ≥",
]


def posted(page: Page, thread, text: str) -> Post:
    page.goto(thread.get_absolute_url())
    page.get_by_label("Votre réponse").fill(text)
    page.get_by_role("button", name="Répondre").click()
    page.wait_for_url("**#message-*")
    return Post.objects.get(pk=int(page.url.rpartition("-")[2]))


@pytest.mark.parametrize("text", TEXTS)
def test_the_rich_editor_changes_nothing(page_of, world, text):
    page = page_of(new_nurse())
    post = posted(page, world.thread, text)
    assert post.text == text
    page.goto(f"{post.get_absolute_url()}modifier/")
    page.get_by_role("toolbar").wait_for()
    page.get_by_role("textbox", name="Votre message").press("End")
    page.get_by_role("button", name="Enregistrer").click()
    page.wait_for_url("**#message-*")
    corrected = Post.objects.get(pk=post.pk)
    assert (corrected.body, corrected.text, corrected.edited_at) == (post.body, text, None)


@pytest.mark.parametrize("text", TEXTS)
def test_without_a_script_nothing_changes_either(context_of, world, text):
    page = context_of(new_nurse(), java_script_enabled=False).new_page()
    page.goto(world.thread.get_absolute_url())
    page.get_by_label("Votre réponse").fill(text)
    page.get_by_role("button", name="Aperçu").click()
    expect(page.locator(".text-preview")).to_contain_text("pas encore envoyé")
    expect(page.get_by_label("Votre réponse")).to_have_value(text)
    page.get_by_role("button", name="Répondre").click()
    post = Post.objects.latest("pk")
    page.goto(f"{post.get_absolute_url()}modifier/")
    expect(page.get_by_label("Votre message")).to_have_value(text)
    page.get_by_role("button", name="Enregistrer").click()
    corrected = Post.objects.get(pk=post.pk)
    assert (corrected.body, corrected.text, corrected.edited_at) == (post.body, text, None)


def test_a_dash_typed_into_the_rich_editor_stays_a_minus(page_of, world):
    page = page_of(new_nurse())
    page.goto(world.thread.get_absolute_url())
    page.get_by_role("button", name="Mise en forme").click()
    editor = page.get_by_role("textbox", name="Votre réponse")
    expect(editor).to_be_focused()
    page.keyboard.type("- 5 kg > 3 **x** ~~y~~")
    page.get_by_role("button", name="Répondre").click()
    page.wait_for_url("**#message-*")
    assert Post.objects.latest("pk").body == "<p>- 5 kg &gt; 3 **x** ~~y~~</p>"


PASTED = (
    "<html><head><title>Document1</title></head><body><!--StartFragment-->"
    "<b style='font-weight:normal'><p>10<sup>9</sup>/L, <s>500 mg</s> 250 mg</p></b>"
    "<p style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·&nbsp;</span>Gardes</p>"
    "<table><tr><td>Poids</td><td>Dose</td></tr></table><!--EndFragment--></body></html>"
)
PASTE = """(box, html) => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  box.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def test_what_is_pasted_from_a_word_processor_keeps_its_meaning(page_of, world):
    page = page_of(new_nurse())
    page.goto(world.thread.get_absolute_url())
    page.get_by_role("button", name="Mise en forme").click()
    editor = page.get_by_role("textbox", name="Votre réponse")
    expect(editor).to_be_focused()
    editor.evaluate(PASTE, PASTED)
    expect(editor.locator("td")).to_have_count(2)
    page.get_by_role("button", name="Répondre").click()
    page.wait_for_url("**#message-*")
    assert Post.objects.latest("pk").body == (
        "<p>10<sup>9</sup>/L, <s>500 mg</s> 250 mg</p><ul><li>Gardes</li></ul>"
        "<table><tbody><tr><td>Poids</td><td>Dose</td></tr></tbody></table>"
    )


def test_a_preview_comes_without_leaving_the_page(page_of, world):
    page = page_of(new_nurse())
    page.goto(world.thread.get_absolute_url())
    page.get_by_label("Votre réponse").fill("2. Oui")
    page.get_by_role("button", name="Aperçu").click()
    expect(page.locator(".text-preview ol")).to_have_attribute("start", "2")
    expect(page.get_by_label("Votre réponse")).to_have_value("2. Oui")
