"""The choice of a channel for each kind."""

from django import forms

from members.access import Viewer

from .kinds import Kind, kinds_for


class ChannelsForm(forms.Form):
    """One field for each kind that the viewer finds in their settings, named after it."""

    def __init__(self, *args, viewer: Viewer, **kwargs):
        super().__init__(*args, **kwargs)
        for kind in kinds_for(viewer):
            self.fields[kind.name] = channel_field(kind)


class ChannelForm(forms.Form):
    def __init__(self, *args, kind: Kind, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["channel"] = channel_field(kind)


def channel_field(kind: Kind) -> forms.ChoiceField:
    return forms.ChoiceField(label=kind.label, choices=kind.choices)
