"""Every kind of resource of FHIR R4 and R4B, and what becomes of one.

- ``read``: what it says becomes facts, or doubts of facts.
- ``doubted``: it warns, supposes or concludes, and so states nothing; what it speaks of is asked.
- ``named``: it may tell of the patient in a way that is not read; it is counted by name, and a
  person looks into the record.
- ``no-concern``: it tells nothing of the patient's health (people, places, money, definitions,
  the record itself); counted too.

A kind that is in no version of FHIR, or in another one, is ``named``. ``docs/fhir-reader.md`` says
why each clinical kind is where it is.
"""

from __future__ import annotations

from typing import Final, Literal

Way = Literal["read", "doubted", "named", "no-concern"]

_READ: Final = """
AllergyIntolerance Bundle Composition Condition Device DeviceUseStatement List Medication
MedicationAdministration MedicationDispense MedicationRequest MedicationStatement Observation
Parameters Patient Procedure
"""
_DOUBTED: Final = """
AdverseEvent Basic BodyStructure ClinicalImpression DetectedIssue DeviceRequest DiagnosticReport
Flag Immunization QuestionnaireResponse RiskAssessment
"""
_NAMED: Final = """
Appointment Binary BiologicallyDerivedProduct CarePlan CareTeam ChargeItem Claim Communication
CommunicationRequest Consent CoverageEligibilityRequest DocumentManifest DocumentReference
Encounter EpisodeOfCare ExplanationOfBenefit FamilyMemberHistory Goal Group GuidanceResponse
ImagingStudy ImmunizationEvaluation ImmunizationRecommendation Linkage MeasureReport Media
MolecularSequence NutritionOrder OperationOutcome RequestGroup
ResearchSubject ServiceRequest Specimen Substance SupplyDelivery SupplyRequest Task
VisionPrescription
"""
_PEOPLE_AND_PLACES: Final = """
Endpoint HealthcareService Location Organization OrganizationAffiliation Person Practitioner
PractitionerRole RelatedPerson
"""
_AGENDA_AND_MONEY: Final = """
Account AppointmentResponse ChargeItemDefinition ClaimResponse Contract Coverage
CoverageEligibilityResponse EnrollmentRequest EnrollmentResponse InsurancePlan Invoice
PaymentNotice PaymentReconciliation Schedule Slot
"""
_DEFINITIONS: Final = """
ActivityDefinition CapabilityStatement CatalogEntry CodeSystem CompartmentDefinition ConceptMap
DeviceDefinition DeviceMetric EffectEvidenceSynthesis EventDefinition Evidence EvidenceVariable
ExampleScenario GraphDefinition ImplementationGuide Library Measure
MedicationKnowledge MedicinalProduct MedicinalProductAuthorization
MedicinalProductContraindication MedicinalProductIndication MedicinalProductIngredient
MedicinalProductInteraction MedicinalProductManufactured MedicinalProductPackaged
MedicinalProductPharmaceutical MedicinalProductUndesirableEffect MessageDefinition NamingSystem
ObservationDefinition OperationDefinition PlanDefinition Questionnaire ResearchDefinition
ResearchElementDefinition ResearchStudy RiskEvidenceSynthesis SearchParameter SpecimenDefinition
StructureDefinition StructureMap SubstanceNucleicAcid SubstancePolymer SubstanceProtein
SubstanceReferenceInformation SubstanceSourceMaterial SubstanceSpecification
TerminologyCapabilities TestReport TestScript ValueSet
"""
_OF_THE_RECORD: Final = """
AuditEvent MessageHeader Provenance Subscription VerificationResult
"""
_OF_R4B: Final = """
AdministrableProductDefinition Citation ClinicalUseDefinition EvidenceReport Ingredient
ManufacturedItemDefinition MedicinalProductDefinition NutritionProduct PackagedProductDefinition
RegulatedAuthorization SubscriptionStatus SubscriptionTopic SubstanceDefinition
"""

_SPEAKING: Final = """
CarePlan Communication CommunicationRequest DocumentManifest DocumentReference Encounter
EpisodeOfCare Goal ImagingStudy Media NutritionOrder RequestGroup ServiceRequest Task
"""
SPEAKING: Final = frozenset(_SPEAKING.split())
"""The kinds that are named, and whose remarks and messages are read as words all the same."""

WAYS: Final[dict[str, Way]] = {
    **dict.fromkeys(_READ.split(), "read"),
    **dict.fromkeys(_DOUBTED.split(), "doubted"),
    **dict.fromkeys(_NAMED.split(), "named"),
    **dict.fromkeys(_PEOPLE_AND_PLACES.split(), "no-concern"),
    **dict.fromkeys(_AGENDA_AND_MONEY.split(), "no-concern"),
    **dict.fromkeys(_DEFINITIONS.split(), "no-concern"),
    **dict.fromkeys(_OF_THE_RECORD.split(), "no-concern"),
    **dict.fromkeys(_OF_R4B.split(), "no-concern"),
}
