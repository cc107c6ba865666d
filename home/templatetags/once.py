"""What is the same on many pages is drawn once per process: parts of the frame, words of the catalogue."""

from django import template
from django.template.base import FilterExpression, Node, NodeList, Parser, Token, token_kwargs
from django.templatetags.i18n import TranslateNode, do_translate
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()

# Drawings kept of one block: what it is drawn for has few values (sections, roles, small numbers).
MAX_KEPT = 256


@register.tag
def once(parser: Parser, token: Token) -> "OnceNode":
    """{% once section=current manager=viewer.is_manager %}…{% endonce %}: kept for each language and values.

    The block sees these names and nothing else of the context: what is drawn for one reader is shown to all.
    """
    words = token.split_contents()[1:]
    values = token_kwargs(words, parser)
    if words:
        raise template.TemplateSyntaxError("{% once %} takes name=value only")
    nodelist = parser.parse(("endonce",))
    parser.delete_first_token()
    return OnceNode(nodelist, values)


class OnceNode(template.Node):
    """Templates are parsed once per process; so their nodes can hold what they drew."""

    # Each page looks through its frame for blocks to fill: what is drawn for all pages has none.
    child_nodelists = ()

    def __init__(self, nodelist: NodeList, values: dict[str, FilterExpression]):
        self.nodelist, self.values = nodelist, values
        self.drawn: dict[tuple, SafeString] = {}

    def render(self, context: template.Context) -> SafeString:
        values = {name: value.resolve(context) for name, value in self.values.items()}
        key = (get_language(), *values.values())
        drawn = self.drawn.get(key)
        if drawn is None:
            if len(self.drawn) >= MAX_KEPT:
                self.drawn.clear()
            drawn = self.drawn[key] = self.nodelist.render(context.new(values))
        return drawn


@register.tag
def translate(parser: Parser, token: Token) -> Node:
    """Django's; words that stand in the template itself are looked up once for each language."""
    node = do_translate(parser, token)
    words, *options = token.split_contents()[1:]
    literal = words[0] in "\"'" and words[-1] == words[0]
    return TranslatedNode(node) if literal and options[:1] in ([], ["as"]) else node


class TranslatedNode(Node):
    child_nodelists = ()

    def __init__(self, node: TranslateNode):
        self.node, self.name, node.asvar = node, node.asvar, None
        self.known: dict[str | None, str] = {}

    def render(self, context: template.Context) -> str:
        language = get_language()
        if (found := self.known.get(language)) is None:
            found = self.known[language] = self.node.render(context)
        if self.name is None:
            return found
        context[self.name] = found
        return ""
