"""`{% once … %}`: parts of the frame that are the same on many pages are drawn once per process."""

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token, token_kwargs
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
