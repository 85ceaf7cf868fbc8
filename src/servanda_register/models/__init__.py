"""What is kept: one file a noun. Rules that must always hold are constraints of the database."""

from servanda_register.models.account import Account, Group, Membership, Token, TokenEnd
from servanda_register.models.base import Kept, Named, Shown, Versioned, Visibility, in_language
from servanda_register.models.commitment import (
    Act,
    Comment,
    Commitment,
    CommitmentArea,
    Modality,
    Passage,
    Strength,
)
from servanda_register.models.event import ChainHead, Event
from servanda_register.models.instrument import (
    Attachment,
    Expression,
    Instrument,
    Pairing,
    Proposal,
    Segment,
)
from servanda_register.models.intake import Intake
from servanda_register.models.partnership import (
    Agreement,
    AgreementStatus,
    Mechanism,
    MechanismKind,
    MechanismStatus,
    Partnership,
    Person,
    Programme,
    ProgrammeKind,
    Role,
)
from servanda_register.models.review import Decision, Review
from servanda_register.models.vocabulary import Area, Body, Forum, Party

__all__ = [
    "Account", "Act", "Agreement", "AgreementStatus", "Area", "Attachment", "Body", "ChainHead", "Comment", "Commitment",
    "CommitmentArea", "Decision", "Event", "Expression", "Forum", "Group", "Instrument", "Intake", "Kept",
    "Mechanism", "MechanismKind", "MechanismStatus", "Membership", "Modality", "Named", "Pairing", "Partnership", "Party", "Passage", "Person",
    "Programme", "ProgrammeKind", "Proposal", "Review", "Role", "Segment", "Shown", "Strength", "Token", "TokenEnd", "Versioned",
    "Visibility", "in_language",
]  # fmt: skip
