"""The shapes of the knowledge: what each YAML file may say.

One class per kind of entry, one module per subject; a file is a list of entries or one entry (see
``loading.LAYOUT``). Every clinical entry cites its sources and the numbered statements it
``encodes``. Nothing here reads a file or decides anything. Others import from here.
"""

from dolenti.guideline.knowledge.asking import (
    AskedChip,
    AskedFact,
    AskedPhrase,
    AskedRow,
    How,
    Stage,
    Tier,
    ZoneLabel,
)
from dolenti.guideline.knowledge.body import (
    Body,
    BodyAtlas,
    BodyDrawing,
    BodyFigure,
    BodyParent,
    BodyRegion,
    BodyScene,
    BodyWords,
)
from dolenti.guideline.knowledge.chain import (
    ChainLimit,
    ChainMachine,
    ChainStep,
    ChainTransition,
    ChainWord,
    ExcursionRule,
    LabelField,
    Mistake,
    SerumChain,
)
from dolenti.guideline.knowledge.claims import (
    Claim,
    Finding,
    FirstLine,
    Judgement,
    Later,
    Leaning,
    ToldFor,
)
from dolenti.guideline.knowledge.dictionary import (
    ClinicalCondition,
    ConditionKind,
    FactDefinition,
    Named,
    NamedBy,
    OfRecords,
    Option,
    OtherUnit,
    Zone,
)
from dolenti.guideline.knowledge.edition import Edition, Manifest
from dolenti.guideline.knowledge.entries import (
    Basis,
    Citation,
    Cited,
    Code,
    Entry,
    LeftOut,
    Mark,
    NumberedStatement,
    Source,
    Text,
)
from dolenti.guideline.knowledge.governance import (
    ConsentStatement,
    Contradiction,
    Notice,
    Policy,
    Review,
    Side,
    Signature,
)
from dolenti.guideline.knowledge.medicines import (
    EXCIPIENT_NAMES,
    SYSTEMIC_ROUTES,
    Brand,
    Excipient,
    ExcipientsOf,
    Meaning,
    MedicineClass,
    NamedSubstance,
    OtherName,
    Substances,
    members_of,
)
from dolenti.guideline.knowledge.mixtures import (
    Compatibility,
    MixtureExample,
    MixtureRule,
    StrengthRange,
    SumOfShares,
)
from dolenti.guideline.knowledge.products import (
    NEVER_USED,
    NO_JOINT,
    Ceiling,
    DaysInARow,
    GroupRule,
    JointSize,
    LabelledAt,
    NeverMixed,
    NoCeiling,
    NotLocal,
    OffLabel,
    Product,
    ProductRule,
    Severity,
    SportStatus,
    StatusPeriod,
    StatusRead,
    StatusState,
    WatchAfter,
)
from dolenti.guideline.knowledge.protocol import Limit, Measure, NextStepRule, Phase, Protocol
from dolenti.guideline.knowledge.rules import (
    Act,
    Criterion,
    CriterionKind,
    Example,
    PolicyChoice,
    RedFlag,
    Rule,
    Stance,
)
from dolenti.guideline.knowledge.therapies import (
    AdverseEffect,
    Advice,
    Bound,
    Practice,
    ProcessStep,
    Technique,
    Therapy,
    TherapyDescription,
)

__all__ = [
    "EXCIPIENT_NAMES", "NEVER_USED", "NO_JOINT", "SYSTEMIC_ROUTES", "Act", "AdverseEffect",
    "Advice", "AskedChip", "AskedFact", "AskedPhrase", "AskedRow", "Basis", "Body", "BodyAtlas",
    "BodyDrawing", "BodyFigure", "BodyParent", "BodyRegion", "BodyScene", "BodyWords", "Bound",
    "Brand", "Ceiling", "ChainLimit", "ChainMachine", "ChainStep", "ChainTransition", "ChainWord",
    "Citation", "Cited", "Claim", "ClinicalCondition", "Code", "Compatibility", "ConditionKind",
    "ConsentStatement", "Contradiction", "Criterion", "CriterionKind", "DaysInARow", "Edition",
    "Entry", "Example", "Excipient", "ExcipientsOf", "ExcursionRule", "FactDefinition", "Finding",
    "FirstLine", "GroupRule", "How", "JointSize", "Judgement", "LabelField", "LabelledAt", "Later",
    "Leaning", "LeftOut", "Limit", "Manifest", "Mark", "Meaning", "Measure", "MedicineClass",
    "Mistake", "MixtureExample", "MixtureRule", "Named", "NamedBy", "NamedSubstance", "NeverMixed",
    "NextStepRule", "NoCeiling", "NotLocal", "Notice", "NumberedStatement", "OfRecords", "OffLabel",
    "Option", "OtherName", "OtherUnit", "Phase", "Policy", "PolicyChoice", "Practice",
    "ProcessStep", "Product", "ProductRule", "Protocol", "RedFlag", "Review", "Rule", "SerumChain",
    "Severity", "Side", "Signature", "Source", "SportStatus", "Stage", "Stance", "StatusPeriod",
    "StatusRead", "StatusState", "StrengthRange", "Substances", "SumOfShares", "Technique", "Text",
    "Therapy", "TherapyDescription", "Tier", "ToldFor", "WatchAfter", "Zone", "ZoneLabel",
    "members_of",
]  # fmt: skip
