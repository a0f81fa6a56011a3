"""Shapes of the assistant's JSON."""

from typing import Any, ClassVar

from rest_framework import serializers

from assistant.models import LONGEST_QUESTION, AnomalyAlert, Conversation, Turn
from assistant.recommending import Diagnosis, Fit


class ChatSerializer(serializers.Serializer[Any]):
    """A question. With `conversation` it goes on; with `patient` it begins one about that patient, else about nobody."""

    message = serializers.CharField(max_length=LONGEST_QUESTION)
    patient = serializers.UUIDField(required=False, allow_null=True, default=None)
    conversation = serializers.UUIDField(required=False, allow_null=True, default=None)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if given["patient"] and given["conversation"]:
            raise serializers.ValidationError(
                {"patient": "A conversation is about whom it began with: send one of the two."}
            )
        return given


class CitationSerializer(serializers.Serializer[Any]):
    """Where words of the answer stand. `quote` stands in the source as it is; `url` is a page of ours."""

    id = serializers.CharField()
    kind = serializers.CharField()
    title = serializers.CharField()
    quote = serializers.CharField()
    url = serializers.CharField()


class AnswerSerializer(serializers.Serializer[Turn]):
    """An answer. In `answer` each sentence is followed by the ids of its citations in brackets."""

    turn = serializers.UUIDField(source="pk")
    conversation = serializers.UUIDField(source="conversation_id")
    answer = serializers.SerializerMethodField()
    citations = CitationSerializer(many=True)
    provider = serializers.CharField()
    is_outside = serializers.BooleanField(help_text="Whether it was worded outside of the hospital")
    abstained = serializers.BooleanField(help_text="Nothing that the sources say answers the question")
    stopped = serializers.BooleanField()
    dropped = serializers.IntegerField(help_text="Sentences left out: they do not stand in a source")
    notice = serializers.CharField()

    def get_answer(self, turn: Turn) -> str:
        return marked(turn)


class PastTurnSerializer(AnswerSerializer):
    """A question that was asked, and its answer."""

    message = serializers.CharField(source="question")
    number = serializers.IntegerField()
    asked_at = serializers.DateTimeField(source="created_at")
    is_over = serializers.BooleanField(help_text="Whether nothing more will be said")


class ConversationSerializer(serializers.ModelSerializer[Conversation]):
    class Meta:
        model = Conversation
        fields = ("id", "patient", "title", "summary", "last_used_at", "expires_at", "version")


class PrescribeSerializer(serializers.Serializer[Any]):
    """For whom, and for what: a code of ICD-10, one of the patient's problems, or words. Exactly one of the three."""

    patient = serializers.UUIDField()
    diagnosis = serializers.CharField(required=False, default="", allow_blank=True, max_length=8)
    problem = serializers.UUIDField(required=False, allow_null=True, default=None)
    text = serializers.CharField(required=False, default="", allow_blank=True, max_length=200)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if sum(bool(given[name]) for name in ("diagnosis", "problem", "text")) != 1:
            raise serializers.ValidationError("Send one of diagnosis, problem and text.")
        return given

    def validate_diagnosis(self, code: str) -> str:
        if code and not Diagnosis.typed(code).code:
            raise serializers.ValidationError("This is no code of ICD-10. Send words as text.")
        return code


class AgainstSerializer(serializers.Serializer[Any]):
    """What speaks against a medicine. Without a severity it is the guideline that says so."""

    text = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # of the same name as a field's own
    severity = serializers.CharField()


class DoseSerializer(serializers.Serializer[Any]):
    """A line as a prescription takes it."""

    medicine = serializers.CharField()
    product = serializers.CharField(help_text="Of the catalogue; empty where nothing there fits")
    dose = serializers.CharField()
    unit = serializers.CharField()
    route = serializers.CharField()
    frequency = serializers.CharField()
    days = serializers.IntegerField(allow_null=True)
    text = serializers.CharField(help_text="For the patient")

    def to_representation(self, line: Any) -> dict[str, Any]:
        facts = line.as_json()
        return {str(name): facts[str(name)] for name in self.fields}


class CandidateSerializer(serializers.Serializer[Any]):
    """A line that a guideline gives. `not_screened` is what nobody has looked at: never to be read as clear."""

    key = serializers.CharField()
    condition = serializers.CharField()
    codes = serializers.ListField(child=serializers.CharField())
    fit = serializers.ChoiceField(choices=[one.value for one in Fit])
    line = DoseSerializer()
    blocked = AgainstSerializer(many=True)
    warnings = AgainstSerializer(many=True)
    not_screened = serializers.ListField(child=serializers.CharField())
    sources = CitationSerializer(many=True)
    is_demonstration = serializers.BooleanField()


class NotUnderstoodSerializer(serializers.Serializer[Any]):
    """A row of a guideline that has to be read: nothing of it was guessed."""

    text = serializers.CharField()
    why = serializers.CharField()
    source = CitationSerializer()  # type: ignore[assignment]  # of the same name as a field's own


class RecommendedSerializer(serializers.Serializer[Any]):
    """The candidates, the best first, and those that are blocked. Nothing was saved: a draft is written by a person."""

    candidates = CandidateSerializer(many=True)
    blocked = CandidateSerializer(many=True)
    not_understood = NotUnderstoodSerializer(many=True)
    missing = serializers.CharField(help_text="What could not be searched, or empty")
    left_out = serializers.ListField(
        child=serializers.CharField(), help_text="What is on record and was too old to be used"
    )


class AnalyzeSerializer(serializers.Serializer[Any]):
    """A report as text, or as a file (PDF with text in it, plain text). One of the two; nothing of it is kept.

    With `patient`, whom it is about, a provider outside may word it besides, where that patient has agreed.
    """

    text = serializers.CharField(required=False, default="", allow_blank=True, trim_whitespace=False)
    file = serializers.FileField(required=False, allow_null=True, default=None, allow_empty_file=True)
    patient = serializers.UUIDField(required=False, allow_null=True, default=None)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if bool(given["text"].strip()) == (given["file"] is not None):
            raise serializers.ValidationError("Send one of text and file.")
        return given


class SaidSerializer(serializers.Serializer[Any]):
    """Words of the report: its signs `start` to `end`, counted as Unicode code points from 0."""

    text = serializers.CharField()
    start = serializers.IntegerField()
    end = serializers.IntegerField()
    is_denied = serializers.BooleanField()
    is_uncertain = serializers.BooleanField()
    when = serializers.CharField(
        help_text="For what is to be done: when, in the words of the report, or empty"
    )


class ValueSerializer(serializers.Serializer[Any]):
    """A value out of range, as it stands in the report."""

    name = serializers.CharField()
    number = serializers.CharField()
    unit = serializers.CharField()
    range = serializers.CharField(help_text="As the report gives it, or empty")
    flag = serializers.CharField(help_text="H or L")
    judged_by = serializers.CharField(
        help_text="range or flag of the report, or reference: a usual range of adults"
    )
    reference = serializers.CharField(help_text="That range with its source; it stands not in the report")
    text = serializers.CharField()
    start = serializers.IntegerField()
    end = serializers.IntegerField()


class PhraseSerializer(serializers.Serializer[Any]):
    """A sentence of a provider outside, and where in the report the parts begin from which it was taken."""

    text = serializers.CharField()
    starts = serializers.ListField(child=serializers.IntegerField())


class WordedSerializer(serializers.Serializer[Any]):
    """The words of a provider outside, or none: then `because` says why, if one is set up."""

    provider = serializers.CharField()
    phrases = PhraseSerializer(many=True)
    because = serializers.CharField()


class SummarySerializer(serializers.Serializer[Any]):
    """A report in short. `source` is what was read of it; every text is a part of it, but for those of `worded`."""

    source = serializers.CharField()  # type: ignore[assignment]  # of the same name as a field's own
    findings = SaidSerializer(many=True)
    impressions = SaidSerializer(many=True)
    abnormal = ValueSerializer(many=True)
    follow_ups = SaidSerializer(many=True)
    absent = SaidSerializer(many=True, help_text="What the report says is not there, or normal")
    worded = WordedSerializer(allow_null=True, help_text="Null where no patient was named")


def marked(turn: Turn) -> str:
    """The answer with the ids of its citations, a line or item of a list on a line of its own."""
    text = ""
    for one in turn.answer:
        lead = {"item": "\n- ", "line": "\n"}.get(one["opens"], " ")
        marks = "".join(f" [{key}]" for key in one["keys"])
        text += f"{lead}{one['text']}{marks}"
    return text.strip()


class AnomalyAlertSerializer(serializers.ModelSerializer[AnomalyAlert]):
    """Something odd. `facts` are the numbers that say so; `series`, where there is one, ends with the odd value."""

    facts = serializers.JSONField(read_only=True)

    class Meta:
        model = AnomalyAlert
        fields: ClassVar = (
            *("id", "version", "kind", "desk", "severity", "score", "patient", "about", "department"),
            *("subject_type", "subject_id", "facts", "found_on", "is_shown"),
            *("status", "decided_because", "decided_by", "decided_at", "created_at"),
        )
        read_only_fields = fields


class AcknowledgeAlertSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class DismissAlertSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=300)
