"""A page that shows every component once; only tests have its address."""

from __future__ import annotations

from datetime import UTC, datetime

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from servanda_register.urls import urlpatterns as urls_of_the_register

LONG = {
    "en": "Administrative co-operation in the field of radiation monitoring",
    "vi": "Hợp tác quản lý trong lĩnh vực quan trắc phóng xạ và bảo vệ môi trường",
    "ru": "Административно-территориальное сотрудничество государств-участников",
}


class GalleryForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(label=LONG["vi"], help_text="As it stands on the first page.")
    email = forms.EmailField(label="E-mail")
    password = forms.CharField(widget=forms.PasswordInput, label="Password")
    number = forms.IntegerField(label="Number", required=False)
    note = forms.CharField(widget=forms.Textarea, label="Note", required=False)
    strength = forms.ChoiceField(
        label="Strength",
        choices=[("firm", "Firm"), ("Weaker", [("willing", "Willing"), ("exploratory", "Exploratory")])],
    )
    public = forms.BooleanField(label="May be shown to everyone", help_text="Also to those who have no account.")
    areas = forms.MultipleChoiceField(
        label="Areas", widget=forms.CheckboxSelectMultiple, choices=[("trade", "Trade"), ("water", "Су ресурстары")]
    )
    decision = forms.ChoiceField(
        label="Decision", widget=forms.RadioSelect, choices=[("accept", "Accept"), ("reject", "Reject")]
    )
    document = forms.FileField(label="Document", help_text="PDF or DOCX, at most 60 MB.")
    adopted = forms.DateField(label="Adopted")
    version = forms.IntegerField(widget=forms.HiddenInput, initial=3)

    def clean(self) -> None:
        """Something that is wrong with the whole."""
        if not self.cleaned_data.get("title"):
            raise forms.ValidationError("The title and the document do not go together. Give both.")


class FilterForm(forms.Form):
    """What a list may be narrowed down by."""

    q = forms.CharField(label="Words", required=False)
    area = forms.ChoiceField(label="Area", required=False, choices=[("", "All"), ("trade", "Trade")])
    since = forms.DateField(label="Since", required=False)


def gallery(request: HttpRequest) -> HttpResponse:
    """``?wrong`` shows the form as it is when everything is wrong, ``?past`` the banner of a day in the past."""
    wrong = "wrong" in request.GET
    messages.success(request, "The commitment is confirmed.")
    messages.error(request, "The document could not be read.")
    messages.info(request, "A new reading has begun.")
    trail = [{"label": "Partnerships", "url": "/partnerships/"}, {"label": LONG["ru"], "url": "/partnerships/x/"}]
    tabs = [
        {"label": "Overview", "url": "#results", "current": True},
        {"label": LONG["vi"], "url": "#results", "count": 0},
        {"label": "Әріптестік", "url": "#results", "count": 128},
    ]
    context = {
        "form": GalleryForm({"title": "", "email": "x", "adopted": ""} if wrong else None),
        "filter_form": FilterForm(request.GET),
        "page": Paginator(range(1000), 10).page(7),
        "trail": trail,
        "tabs": tabs,
        "long": LONG,
        "markup": "<Mongolia>",
        "demo": True,
        "as_of": datetime(2025, 5, 12, 18, 30, tzinfo=UTC) if "past" in request.GET else None,
        "values": ["firm", "agreed", "willing", "encouraging", "exploratory", "reject", "to-amend", "anything"],
    }
    return render(request, "gallery.html", context)


urlpatterns = [*urls_of_the_register, path("gallery/", gallery, name="gallery")]
