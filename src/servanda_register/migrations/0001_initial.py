import django.contrib.auth.models
import django.contrib.auth.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="Area",
            fields=[
                ("names", models.JSONField(default=dict, verbose_name="Names")),
                ("slug", models.SlugField(max_length=40, primary_key=True, serialize=False)),
                ("rank", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "ordering": ["rank"],
            },
        ),
        migrations.CreateModel(
            name="ChainHead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sequence", models.PositiveBigIntegerField(default=0)),
                (
                    "digest",
                    models.CharField(
                        default="0000000000000000000000000000000000000000000000000000000000000000", max_length=64
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Forum",
            fields=[
                ("names", models.JSONField(default=dict, verbose_name="Names")),
                ("code", models.CharField(max_length=80, primary_key=True, serialize=False)),
            ],
            options={
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="Instrument",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "visibility",
                    models.CharField(
                        choices=[("public", "Public"), ("internal", "Internal"), ("restricted", "Restricted")],
                        db_index=True,
                        default="internal",
                        max_length=10,
                        verbose_name="Who may see it",
                    ),
                ),
                ("names", models.JSONField(default=dict, verbose_name="Names")),
                ("slug", models.SlugField(max_length=80)),
                ("type", models.CharField(default="joint-statement", max_length=40, verbose_name="Type")),
                ("adopted", models.DateField(blank=True, null=True, verbose_name="Adopted")),
                ("place", models.CharField(blank=True, max_length=100, verbose_name="Place")),
                ("originals", models.JSONField(blank=True, default=list, verbose_name="Languages of the originals")),
                ("sources", models.JSONField(blank=True, default=list, verbose_name="Sources")),
                (
                    "reviewing",
                    models.CharField(
                        choices=[("single", "One reviewer decides"), ("double", "Two review apart, a third settles")],
                        default="single",
                        max_length=6,
                        verbose_name="How it is reviewed",
                    ),
                ),
            ],
            options={
                "verbose_name": "Statement",
                "ordering": ["-adopted", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reviewing__in", ["single", "double"])), name="instrument_reviewing"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Mechanism",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "visibility",
                    models.CharField(
                        choices=[("public", "Public"), ("internal", "Internal"), ("restricted", "Restricted")],
                        db_index=True,
                        default="internal",
                        max_length=10,
                        verbose_name="Who may see it",
                    ),
                ),
                ("names", models.JSONField(default=dict, verbose_name="Names")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("committee", "Committee"),
                            ("sub-committee", "Sub-committee"),
                            ("consultations", "Political consultations"),
                            ("council", "Council"),
                            ("parliamentary", "Parliamentary"),
                            ("ministry-to-ministry", "Between ministries"),
                            ("law-enforcement", "Law enforcement"),
                            ("other", "Other"),
                        ],
                        default="other",
                        max_length=25,
                        verbose_name="Kind",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("standing", "Standing"), ("proposed", "Proposed"), ("ended", "Ended")],
                        default="standing",
                        max_length=10,
                        verbose_name="State",
                    ),
                ),
                ("level", models.CharField(blank=True, max_length=120, verbose_name="Level")),
                ("period", models.CharField(blank=True, max_length=60, verbose_name="How often")),
                ("section", models.CharField(blank=True, max_length=20, verbose_name="Section")),
            ],
            options={
                "verbose_name": "Mechanism",
                "ordering": ["partnership", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "committee",
                                    "sub-committee",
                                    "consultations",
                                    "council",
                                    "parliamentary",
                                    "ministry-to-ministry",
                                    "law-enforcement",
                                    "other",
                                ],
                            )
                        ),
                        name="mechanism_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["standing", "proposed", "ended"])), name="mechanism_status"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Partnership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "visibility",
                    models.CharField(
                        choices=[("public", "Public"), ("internal", "Internal"), ("restricted", "Restricted")],
                        db_index=True,
                        default="internal",
                        max_length=10,
                        verbose_name="Who may see it",
                    ),
                ),
                ("names", models.JSONField(default=dict, verbose_name="Names")),
                ("slug", models.SlugField(max_length=80, unique=True)),
                ("relationship", models.CharField(blank=True, max_length=60, verbose_name="Relationship")),
                ("established", models.DateField(blank=True, null=True, verbose_name="Established")),
                ("summary", models.JSONField(blank=True, default=dict, verbose_name="Summary")),
            ],
            options={
                "verbose_name": "Partnership",
                "ordering": ["slug"],
                "constraints": [models.CheckConstraint(condition=models.Q(("slug__gt", "")), name="partnership_slug")],
            },
        ),
        migrations.CreateModel(
            name="Account",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "username",
                    models.CharField(
                        error_messages={"unique": "A user with that username already exists."},
                        help_text="Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
                        max_length=150,
                        unique=True,
                        validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                        verbose_name="username",
                    ),
                ),
                ("first_name", models.CharField(blank=True, max_length=150, verbose_name="first name")),
                ("last_name", models.CharField(blank=True, max_length=150, verbose_name="last name")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="email address")),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False,
                        help_text="Designates whether the user can log into this admin site.",
                        verbose_name="staff status",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                        verbose_name="active",
                    ),
                ),
                ("date_joined", models.DateTimeField(default=django.utils.timezone.now, verbose_name="date joined")),
                ("language", models.CharField(blank=True, max_length=5, verbose_name="Language")),
                ("time_zone", models.CharField(default="UTC", max_length=40, verbose_name="Time zone")),
                (
                    "digest",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("daily", "Once a day, when there is something to tell"),
                            ("weekly", "Once a week, when there is something to tell"),
                        ],
                        default="",
                        max_length=6,
                        verbose_name="Reminders by e-mail",
                    ),
                ),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "Account",
                "verbose_name_plural": "users",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("email", ""), _negated=True), fields=("email",), name="account_email_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("digest", ""), ("digest__in", ["daily", "weekly"]), _connector="OR"),
                        name="account_digest",
                    ),
                ],
            },
            managers=[
                ("objects", django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name="Agreement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "visibility",
                    models.CharField(
                        choices=[("public", "Public"), ("internal", "Internal"), ("restricted", "Restricted")],
                        db_index=True,
                        default="internal",
                        max_length=10,
                        verbose_name="Who may see it",
                    ),
                ),
                ("names", models.JSONField(default=dict, verbose_name="Names")),
                ("year", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="Year")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("in-force", "In force"),
                            ("to-sign", "To be signed"),
                            ("to-amend", "To be amended"),
                            ("referenced", "Referred to"),
                            ("expired", "Expired"),
                        ],
                        default="referenced",
                        max_length=10,
                        verbose_name="State",
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("proposed", "Proposed"),
                            ("negotiated", "Under negotiation"),
                            ("agreed", "Text agreed"),
                            ("signed", "Signed"),
                            ("ratified", "Ratified"),
                        ],
                        default="",
                        max_length=12,
                        verbose_name="Stage of negotiation",
                    ),
                ),
                ("next_review", models.DateField(blank=True, null=True, verbose_name="Next review")),
                ("section", models.CharField(blank=True, max_length=20, verbose_name="Section")),
                (
                    "areas",
                    models.ManyToManyField(
                        blank=True, related_name="agreements", to="register.area", verbose_name="Areas"
                    ),
                ),
                (
                    "partnership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agreements",
                        to="register.partnership",
                        verbose_name="Partnership",
                    ),
                ),
            ],
            options={
                "verbose_name": "Agreement",
                "ordering": ["partnership", "year", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["in-force", "to-sign", "to-amend", "referenced", "expired"])
                        ),
                        name="agreement_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("stage", ""),
                            ("stage__in", ["proposed", "negotiated", "agreed", "signed", "ratified"]),
                            _connector="OR",
                        ),
                        name="agreement_stage",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("year", None), models.Q(("year__gte", 1600), ("year__lte", 2200)), _connector="OR"
                        ),
                        name="agreement_year",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Assessment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kept_at", models.DateTimeField(auto_now_add=True, db_index=True, verbose_name="Kept at")),
                ("on", models.DateField(verbose_name="Date")),
                (
                    "finding",
                    models.CharField(
                        choices=[
                            ("carried-out", "Carried out"),
                            ("partly", "Carried out in part"),
                            ("not", "Not carried out"),
                            ("unknown", "Cannot be said"),
                        ],
                        max_length=12,
                        verbose_name="Finding",
                    ),
                ),
                ("reason", models.TextField(verbose_name="Why")),
                ("measures", models.TextField(blank=True, verbose_name="Measures proposed")),
                ("source", models.CharField(blank=True, max_length=1000, verbose_name="Source")),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="assessments", to="register.agreement"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "Assessment of an agreement",
                "ordering": ["-on", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("finding__in", ["carried-out", "partly", "not", "unknown"])),
                        name="assessment_finding",
                    ),
                    models.CheckConstraint(condition=models.Q(("reason__gt", "")), name="assessment_has_a_reason"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Body",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("names", models.JSONField(default=dict, verbose_name="Names")),
                (
                    "from_year",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="Exists since (year)"),
                ),
                (
                    "to_year",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="Existed until (year)"),
                ),
                ("source", models.CharField(blank=True, max_length=500, verbose_name="Source")),
                ("source_date", models.DateField(blank=True, null=True, verbose_name="Date of the source")),
                (
                    "areas",
                    models.ManyToManyField(blank=True, related_name="bodies", to="register.area", verbose_name="Areas"),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="register.body",
                        verbose_name="Part of",
                    ),
                ),
            ],
            options={
                "verbose_name": "Body",
                "ordering": ["party", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("to_year", None),
                            ("from_year", None),
                            ("to_year__gte", models.F("from_year")),
                            _connector="OR",
                        ),
                        name="body_years",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("parent", None), models.Q(("parent", models.F("id")), _negated=True), _connector="OR"
                        ),
                        name="body_not_its_own_part",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Commitment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "visibility",
                    models.CharField(
                        choices=[("public", "Public"), ("internal", "Internal"), ("restricted", "Restricted")],
                        db_index=True,
                        default="internal",
                        max_length=10,
                        verbose_name="Who may see it",
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="Number")),
                (
                    "state",
                    models.CharField(
                        choices=[("confirmed", "Confirmed"), ("withdrawn", "Withdrawn")],
                        default="confirmed",
                        max_length=10,
                        verbose_name="State",
                    ),
                ),
                ("texts", models.JSONField(blank=True, default=dict, verbose_name="In short")),
                ("start", models.PositiveIntegerField(blank=True, null=True)),
                ("end", models.PositiveIntegerField(blank=True, null=True)),
                ("quote", models.TextField(blank=True, verbose_name="Words of the text")),
                ("section", models.CharField(blank=True, max_length=20, verbose_name="Section")),
                ("source_url", models.URLField(blank=True, max_length=1000, verbose_name="Source")),
                (
                    "modality",
                    models.CharField(
                        choices=[
                            ("firm", "Firm"),
                            ("agreed", "Agreed"),
                            ("willing", "Willing"),
                            ("encouraging", "Encouraging"),
                            ("declared", "Declared"),
                        ],
                        max_length=12,
                        verbose_name="Modality",
                    ),
                ),
                (
                    "strength",
                    models.CharField(
                        choices=[
                            ("firm", "Firm"),
                            ("agreed", "Agreed"),
                            ("willing", "Willing"),
                            ("encouraging", "Encouraging"),
                            ("exploratory", "Exploratory"),
                        ],
                        db_index=True,
                        max_length=12,
                        verbose_name="Strength",
                    ),
                ),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("establish", "Establish"),
                            ("sign", "Sign"),
                            ("implement", "Implement"),
                            ("strengthen", "Strengthen"),
                            ("exchange", "Exchange"),
                            ("consult", "Consult"),
                            ("study", "Study"),
                            ("support", "Support"),
                            ("encourage", "Encourage"),
                            ("facilitate", "Facilitate"),
                            ("coordinate", "Coordinate"),
                            ("organise", "Organise"),
                            ("train", "Train"),
                            ("refrain", "Refrain"),
                            ("resolve", "Resolve"),
                            ("provide", "Provide"),
                            ("other", "Other"),
                        ],
                        db_index=True,
                        max_length=20,
                        verbose_name="Action",
                    ),
                ),
                ("actors", models.JSONField(default=list, verbose_name="Who is to act")),
                ("deadline", models.CharField(blank=True, max_length=200, verbose_name="Deadline")),
                ("folded", models.TextField(blank=True)),
                (
                    "agreements",
                    models.ManyToManyField(
                        blank=True, related_name="commitments", to="register.agreement", verbose_name="Agreements"
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="register.commitment",
                        verbose_name="Part of",
                    ),
                ),
            ],
            options={
                "verbose_name": "Commitment",
                "ordering": ["instrument", "number"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["confirmed", "withdrawn"])), name="commitment_state"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("strength__in", ["firm", "agreed", "willing", "encouraging", "exploratory"])
                        ),
                        name="commitment_strength",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("modality__in", ["firm", "agreed", "willing", "encouraging", "declared"])),
                        name="commitment_modality",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "action__in",
                                [
                                    "establish",
                                    "sign",
                                    "implement",
                                    "strengthen",
                                    "exchange",
                                    "consult",
                                    "study",
                                    "support",
                                    "encourage",
                                    "facilitate",
                                    "coordinate",
                                    "organise",
                                    "train",
                                    "refrain",
                                    "resolve",
                                    "provide",
                                    "other",
                                ],
                            )
                        ),
                        name="commitment_action",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("parent", None), models.Q(("parent", models.F("id")), _negated=True), _connector="OR"
                        ),
                        name="commitment_not_its_own_part",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kept_at", models.DateTimeField(auto_now_add=True, db_index=True, verbose_name="Kept at")),
                (
                    "visibility",
                    models.CharField(
                        choices=[("public", "Public"), ("internal", "Internal"), ("restricted", "Restricted")],
                        db_index=True,
                        default="internal",
                        max_length=10,
                        verbose_name="Who may see it",
                    ),
                ),
                ("name", models.CharField(max_length=255, verbose_name="Name of the file")),
                ("media_type", models.CharField(blank=True, max_length=100)),
                ("sha256", models.CharField(db_index=True, max_length=64)),
                ("content", models.BinaryField()),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "commitment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attachments",
                        to="register.commitment",
                    ),
                ),
                (
                    "instrument",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attachments",
                        to="register.instrument",
                    ),
                ),
                (
                    "partnership",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attachments",
                        to="register.partnership",
                    ),
                ),
            ],
            options={
                "verbose_name": "Document",
            },
        ),
        migrations.CreateModel(
            name="Action",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "visibility",
                    models.CharField(
                        choices=[("public", "Public"), ("internal", "Internal"), ("restricted", "Restricted")],
                        db_index=True,
                        default="internal",
                        max_length=10,
                        verbose_name="Who may see it",
                    ),
                ),
                ("names", models.JSONField(default=dict, verbose_name="Names")),
                ("number", models.PositiveIntegerField(verbose_name="Number")),
                ("deliverable", models.JSONField(blank=True, default=dict, verbose_name="Deliverable")),
                ("starts", models.DateField(blank=True, null=True, verbose_name="From")),
                ("due", models.DateField(blank=True, db_index=True, null=True, verbose_name="Deadline")),
                ("rhythm", models.CharField(blank=True, max_length=60, verbose_name="How often")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("not-due", "Not due"),
                            ("not-started", "Not started"),
                            ("under-way", "Under way"),
                            ("delivered", "Delivered"),
                            ("stalled", "Stalled"),
                            ("superseded", "Superseded"),
                            ("cannot-be-checked", "Cannot be checked"),
                        ],
                        db_index=True,
                        default="not-started",
                        max_length=20,
                        verbose_name="State",
                    ),
                ),
                (
                    "follows",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="copies",
                        to="register.action",
                        verbose_name="Continues",
                    ),
                ),
                (
                    "leads",
                    models.ManyToManyField(
                        blank=True, related_name="leads", to="register.body", verbose_name="Lead bodies"
                    ),
                ),
                (
                    "supports",
                    models.ManyToManyField(
                        blank=True, related_name="supports", to="register.body", verbose_name="Supporting bodies"
                    ),
                ),
                (
                    "commitments",
                    models.ManyToManyField(
                        blank=True, related_name="actions", to="register.commitment", verbose_name="Commitments"
                    ),
                ),
                (
                    "mechanism",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="actions",
                        to="register.mechanism",
                        verbose_name="Mechanism that follows it",
                    ),
                ),
                (
                    "partnership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="actions",
                        to="register.partnership",
                        verbose_name="Partnership",
                    ),
                ),
            ],
            options={
                "verbose_name": "Action",
                "ordering": ["partnership", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("partnership", "number"), name="action_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "not-due",
                                    "not-started",
                                    "under-way",
                                    "delivered",
                                    "stalled",
                                    "superseded",
                                    "cannot-be-checked",
                                ],
                            )
                        ),
                        name="action_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("starts", None), ("due", None), ("due__gte", models.F("starts")), _connector="OR"
                        ),
                        name="action_dates",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("follows", None), models.Q(("follows", models.F("id")), _negated=True), _connector="OR"
                        ),
                        name="action_not_its_own_copy",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CommitmentArea",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rank", models.PositiveSmallIntegerField(default=0)),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ranked_commitments",
                        to="register.area",
                    ),
                ),
                (
                    "commitment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ranked_areas",
                        to="register.commitment",
                    ),
                ),
            ],
            options={
                "ordering": ["rank"],
                "constraints": [
                    models.UniqueConstraint(fields=("commitment", "area"), name="commitment_area_once"),
                    models.UniqueConstraint(fields=("commitment", "rank"), name="commitment_area_rank_once"),
                ],
            },
        ),
        migrations.AddField(
            model_name="commitment",
            name="areas",
            field=models.ManyToManyField(
                related_name="commitments", through="register.CommitmentArea", to="register.area", verbose_name="Areas"
            ),
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kept_at", models.DateTimeField(auto_now_add=True, db_index=True, verbose_name="Kept at")),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("accept", "Accepted"),
                            ("change", "Changed"),
                            ("reject", "Rejected"),
                            ("split", "Split"),
                            ("merge", "Merged"),
                            ("add", "Added"),
                            ("reopen", "Reopened"),
                        ],
                        max_length=8,
                        verbose_name="Verdict",
                    ),
                ),
                ("outcomes", models.JSONField(default=list, verbose_name="Comes to")),
                ("reason", models.TextField(blank=True, verbose_name="Reason")),
                (
                    "replaces",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="register.decision",
                    ),
                ),
            ],
            options={
                "verbose_name": "Decision",
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("verdict__in", ["accept", "change", "reject", "split", "merge", "add", "reopen"])
                        ),
                        name="decision_verdict",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("verdict", "reject"), _negated=True), ("reason__gt", ""), _connector="OR"
                        ),
                        name="rejected_for_a_reason",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="commitment",
            name="decision",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="commitments",
                to="register.decision",
            ),
        ),
        migrations.CreateModel(
            name="Expression",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kept_at", models.DateTimeField(auto_now_add=True, db_index=True, verbose_name="Kept at")),
                ("language", models.CharField(blank=True, max_length=8)),
                ("kind", models.CharField(default="unknown", max_length=12)),
                ("reason", models.TextField(blank=True)),
                ("title", models.TextField(blank=True)),
                ("text", models.TextField()),
                ("sha256", models.CharField(max_length=64)),
                ("source_name", models.CharField(blank=True, max_length=255)),
                ("source_url", models.URLField(blank=True, max_length=1000)),
                ("publisher", models.CharField(blank=True, max_length=200)),
                ("sections", models.JSONField(default=list)),
                ("notes", models.JSONField(default=list)),
                ("identity", models.JSONField(default=dict)),
                ("versions", models.JSONField(default=dict)),
                (
                    "attachment",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="expressions",
                        to="register.attachment",
                    ),
                ),
                (
                    "instrument",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="expressions",
                        to="register.instrument",
                    ),
                ),
            ],
            options={
                "verbose_name": "Text",
                "ordering": ["instrument", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("instrument", "sha256"), name="expression_text_once"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["original", "translation", "summary", "unknown"])),
                        name="expression_kind",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="commitment",
            name="expression",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="commitments",
                to="register.expression",
            ),
        ),
        migrations.AddField(
            model_name="commitment",
            name="forums",
            field=models.ManyToManyField(
                blank=True, related_name="commitments", to="register.forum", verbose_name="Forums"
            ),
        ),
        migrations.CreateModel(
            name="Indicator",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "visibility",
                    models.CharField(
                        choices=[("public", "Public"), ("internal", "Internal"), ("restricted", "Restricted")],
                        db_index=True,
                        default="internal",
                        max_length=10,
                        verbose_name="Who may see it",
                    ),
                ),
                ("names", models.JSONField(default=dict, verbose_name="Names")),
                ("definition", models.TextField(blank=True, verbose_name="What is counted, and how")),
                ("unit", models.CharField(max_length=60, verbose_name="Unit")),
                ("source", models.CharField(blank=True, max_length=500, verbose_name="Source")),
                ("decimals", models.PositiveSmallIntegerField(default=0, verbose_name="Decimals")),
                ("ended", models.BooleanField(default=False, verbose_name="Ended")),
                (
                    "commitments",
                    models.ManyToManyField(
                        blank=True, related_name="indicators", to="register.commitment", verbose_name="Commitments"
                    ),
                ),
                (
                    "partnership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="indicators",
                        to="register.partnership",
                        verbose_name="Partnership",
                    ),
                ),
            ],
            options={
                "verbose_name": "Indicator",
                "ordering": ["partnership", "id"],
            },
        ),
        migrations.AddField(
            model_name="commitment",
            name="instrument",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="commitments",
                to="register.instrument",
                verbose_name="Statement",
            ),
        ),
        migrations.CreateModel(
            name="Measurement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kept_at", models.DateTimeField(auto_now_add=True, db_index=True, verbose_name="Kept at")),
                ("period", models.DateField(verbose_name="End of the period")),
                ("value", models.DecimalField(decimal_places=4, max_digits=15, verbose_name="Value")),
                ("source", models.CharField(blank=True, max_length=500, verbose_name="Source")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "indicator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="measurements",
                        to="register.indicator",
                    ),
                ),
            ],
            options={
                "verbose_name": "Value of an indicator",
                "ordering": ["period", "id"],
            },
        ),
        migrations.AddField(
            model_name="commitment",
            name="mechanisms",
            field=models.ManyToManyField(
                blank=True, related_name="commitments", to="register.mechanism", verbose_name="Mechanisms"
            ),
        ),
        migrations.CreateModel(
            name="Milestone",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("names", models.JSONField(default=dict, verbose_name="Names")),
                ("due", models.DateField(verbose_name="Due")),
                ("done", models.DateField(blank=True, null=True, verbose_name="Done")),
                ("dropped", models.BooleanField(default=False)),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="milestones", to="register.action"
                    ),
                ),
            ],
            options={
                "verbose_name": "Milestone",
                "ordering": ["due", "id"],
            },
        ),
        migrations.CreateModel(
            name="Pairing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kept_at", models.DateTimeField(auto_now_add=True, db_index=True, verbose_name="Kept at")),
                ("pairs", models.JSONField(default=list)),
                ("paragraphs", models.JSONField(default=dict)),
                ("sentences", models.JSONField(default=dict)),
                ("discrepancies", models.JSONField(default=list)),
                ("commitments", models.JSONField(default=list)),
                ("coverage", models.FloatField(null=True)),
                (
                    "a",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="pairings_a", to="register.expression"
                    ),
                ),
                (
                    "b",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="pairings_b", to="register.expression"
                    ),
                ),
            ],
            options={
                "verbose_name": "Comparison of two versions",
                "constraints": [
                    models.UniqueConstraint(fields=("a", "b"), name="pairing_once"),
                    models.CheckConstraint(
                        condition=models.Q(("a", models.F("b")), _negated=True), name="pairing_of_two"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "group",
                    models.CharField(
                        choices=[
                            ("reader", "Reader"),
                            ("coder", "Coder"),
                            ("reviewer", "Reviewer"),
                            ("officer", "Desk officer"),
                            ("administrator", "Administrator"),
                        ],
                        default="reader",
                        max_length=15,
                        verbose_name="Group",
                    ),
                ),
                ("cleared", models.BooleanField(default=False, verbose_name="May see what is restricted")),
                ("ended", models.BooleanField(default=False, verbose_name="Ended")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Account",
                    ),
                ),
                (
                    "partnership",
                    models.ForeignKey(
                        blank=True,
                        help_text="Leave empty for all partnerships.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="register.partnership",
                        verbose_name="Partnership",
                    ),
                ),
            ],
            options={
                "verbose_name": "Membership",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended", False)), fields=("account", "partnership"), name="membership_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended", False), ("partnership", None)),
                        fields=("account",),
                        name="membership_everywhere_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("group__in", ["reader", "coder", "reviewer", "officer", "administrator"])),
                        name="membership_group",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("partnership", None), models.Q(("group", "administrator"), _negated=True), _connector="OR"
                        ),
                        name="administrators_are_of_all",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="mechanism",
            name="partnership",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="mechanisms",
                to="register.partnership",
                verbose_name="Partnership",
            ),
        ),
        migrations.CreateModel(
            name="Intake",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "visibility",
                    models.CharField(
                        choices=[("public", "Public"), ("internal", "Internal"), ("restricted", "Restricted")],
                        db_index=True,
                        default="internal",
                        max_length=10,
                        verbose_name="Who may see it",
                    ),
                ),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("language", models.CharField(blank=True, max_length=8)),
                ("source_url", models.URLField(blank=True, max_length=1000)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("reading", "Being read"),
                            ("aligning", "Being compared with its other versions"),
                            ("done", "Done"),
                            ("failed", "Could not be read"),
                        ],
                        db_index=True,
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("progress", models.PositiveSmallIntegerField(default=0)),
                ("message", models.TextField(blank=True)),
                ("beat", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                (
                    "attachment",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="intakes",
                        to="register.attachment",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="intakes", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "expression",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="intakes",
                        to="register.expression",
                    ),
                ),
                (
                    "partnership",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="intakes",
                        to="register.partnership",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("attachment__isnull", False),
                            ("expression__isnull", False),
                            ("source_url__gt", ""),
                            _connector="OR",
                        ),
                        name="intake_of_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "reading", "aligning", "done", "failed"])),
                        name="intake_state",
                    ),
                    models.CheckConstraint(condition=models.Q(("progress__lte", 100)), name="intake_progress"),
                ],
            },
        ),
        migrations.AddField(
            model_name="instrument",
            name="partnership",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="instruments",
                to="register.partnership",
                verbose_name="Partnership",
            ),
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("sequence", models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField(db_index=True)),
                ("verb", models.CharField(max_length=40)),
                ("kind", models.CharField(max_length=40)),
                ("record", models.CharField(max_length=64)),
                ("reason", models.TextField(blank=True)),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
                ("digest", models.CharField(max_length=64)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "partnership",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="register.partnership",
                    ),
                ),
            ],
            options={
                "ordering": ["-sequence"],
                "indexes": [models.Index(fields=["kind", "record", "sequence"], name="event_of_record")],
            },
        ),
        migrations.CreateModel(
            name="Party",
            fields=[
                ("names", models.JSONField(default=dict, verbose_name="Names")),
                ("code", models.CharField(max_length=12, primary_key=True, serialize=False)),
            ],
            options={
                "ordering": ["code"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("code__regex", "^[A-Z][A-Z0-9-]+$")), name="party_code")
                ],
            },
        ),
        migrations.AddField(
            model_name="partnership",
            name="parties",
            field=models.ManyToManyField(related_name="partnerships", to="register.party", verbose_name="Parties"),
        ),
        migrations.CreateModel(
            name="Exchange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "visibility",
                    models.CharField(
                        choices=[("public", "Public"), ("internal", "Internal"), ("restricted", "Restricted")],
                        db_index=True,
                        default="internal",
                        max_length=10,
                        verbose_name="Who may see it",
                    ),
                ),
                ("names", models.JSONField(default=dict, verbose_name="Names")),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("party", "Parties"),
                            ("state", "State"),
                            ("government", "Government"),
                            ("parliament", "Parliament"),
                            ("people", "People"),
                        ],
                        default="government",
                        max_length=12,
                        verbose_name="Channel",
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("highest", "Highest level"),
                            ("high", "High level"),
                            ("minister", "Ministers"),
                            ("deputy", "Deputy ministers"),
                            ("official", "Officials and experts"),
                            ("local", "Provinces and cities"),
                        ],
                        default="official",
                        max_length=10,
                        verbose_name="Level",
                    ),
                ),
                ("place", models.CharField(blank=True, max_length=120, verbose_name="Place")),
                ("starts", models.DateField(blank=True, null=True, verbose_name="From")),
                ("ends", models.DateField(blank=True, null=True, verbose_name="Until")),
                (
                    "state",
                    models.CharField(
                        choices=[("planned", "Planned"), ("held", "Held"), ("cancelled", "Cancelled")],
                        default="planned",
                        max_length=10,
                        verbose_name="State",
                    ),
                ),
                ("aim", models.TextField(blank=True, verbose_name="What it is to bring")),
                ("result", models.TextField(blank=True, verbose_name="What it brought")),
                (
                    "commitments",
                    models.ManyToManyField(
                        blank=True, related_name="exchanges", to="register.commitment", verbose_name="Commitments"
                    ),
                ),
                (
                    "partnership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exchanges",
                        to="register.partnership",
                        verbose_name="Partnership",
                    ),
                ),
                (
                    "guest",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="register.party",
                        verbose_name="Who travels",
                    ),
                ),
            ],
            options={
                "verbose_name": "Visit",
                "ordering": ["-starts", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["party", "state", "government", "parliament", "people"])),
                        name="exchange_channel",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("level__in", ["highest", "high", "minister", "deputy", "official", "local"])
                        ),
                        name="exchange_level",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["planned", "held", "cancelled"])), name="exchange_state"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("starts", None), ("ends", None), ("ends__gte", models.F("starts")), _connector="OR"
                        ),
                        name="exchange_dates",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Difficulty",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "visibility",
                    models.CharField(
                        choices=[("public", "Public"), ("internal", "Internal"), ("restricted", "Restricted")],
                        db_index=True,
                        default="internal",
                        max_length=10,
                        verbose_name="Who may see it",
                    ),
                ),
                ("names", models.JSONField(default=dict, verbose_name="Names")),
                ("raised_on", models.DateField(verbose_name="Raised on")),
                ("description", models.TextField(blank=True, verbose_name="What hinders")),
                ("answer_due", models.DateField(blank=True, db_index=True, null=True, verbose_name="Answer due")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("resolved", "Resolved"), ("dropped", "Dropped")],
                        default="open",
                        max_length=10,
                        verbose_name="State",
                    ),
                ),
                (
                    "areas",
                    models.ManyToManyField(
                        blank=True, related_name="difficulties", to="register.area", verbose_name="Areas"
                    ),
                ),
                (
                    "body",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="difficulties",
                        to="register.body",
                        verbose_name="Which body",
                    ),
                ),
                (
                    "commitments",
                    models.ManyToManyField(
                        blank=True, related_name="difficulties", to="register.commitment", verbose_name="Commitments"
                    ),
                ),
                (
                    "partnership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="difficulties",
                        to="register.partnership",
                        verbose_name="Partnership",
                    ),
                ),
                (
                    "owed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="register.party",
                        verbose_name="Who owes the next answer",
                    ),
                ),
                (
                    "raised_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="register.party",
                        verbose_name="Raised by",
                    ),
                ),
            ],
            options={
                "verbose_name": "Difficulty",
                "ordering": ["partnership", "-raised_on", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "resolved", "dropped"])), name="difficulty_state"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "open"), models.Q(("answer_due", None), ("owed_by", None)), _connector="OR"
                        ),
                        name="closed_difficulties_owe_nothing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("answer_due", None), ("owed_by__isnull", False), _connector="OR"),
                        name="an_answer_is_owed_by_someone",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="body",
            name="party",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="bodies",
                to="register.party",
                verbose_name="Party",
            ),
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kept_at", models.DateTimeField(auto_now_add=True, db_index=True, verbose_name="Kept at")),
                ("on", models.DateField(verbose_name="Date")),
                ("text", models.TextField(verbose_name="Answer")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "difficulty",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="register.difficulty"
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="register.party",
                        verbose_name="Side",
                    ),
                ),
            ],
            options={
                "verbose_name": "Answer",
                "ordering": ["on", "id"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("text__gt", "")), name="answer_says_something")
                ],
            },
        ),
        migrations.CreateModel(
            name="Passage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kept_at", models.DateTimeField(auto_now_add=True, db_index=True, verbose_name="Kept at")),
                ("start", models.PositiveIntegerField()),
                ("end", models.PositiveIntegerField()),
                ("quote", models.TextField()),
                (
                    "commitment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="passages", to="register.commitment"
                    ),
                ),
                (
                    "expression",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="passages", to="register.expression"
                    ),
                ),
            ],
            options={
                "verbose_name": "Passage",
                "ordering": ["expression", "start"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("end__gt", models.F("start"))), name="passage_span")
                ],
            },
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "visibility",
                    models.CharField(
                        choices=[("public", "Public"), ("internal", "Internal"), ("restricted", "Restricted")],
                        db_index=True,
                        default="internal",
                        max_length=10,
                        verbose_name="Who may see it",
                    ),
                ),
                ("full_name", models.CharField(max_length=200, verbose_name="Name")),
                (
                    "party",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="people",
                        to="register.party",
                        verbose_name="Party",
                    ),
                ),
            ],
            options={
                "verbose_name": "Person",
                "ordering": ["full_name"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("full_name__gt", "")), name="person_has_a_name")
                ],
            },
        ),
        migrations.CreateModel(
            name="Plan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "visibility",
                    models.CharField(
                        choices=[("public", "Public"), ("internal", "Internal"), ("restricted", "Restricted")],
                        db_index=True,
                        default="internal",
                        max_length=10,
                        verbose_name="Who may see it",
                    ),
                ),
                ("names", models.JSONField(default=dict, verbose_name="Names")),
                ("version", models.PositiveSmallIntegerField(default=1, verbose_name="Version")),
                ("starts", models.DateField(blank=True, null=True, verbose_name="From")),
                ("ends", models.DateField(blank=True, null=True, verbose_name="Until")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("circulated", "Circulated for comment"),
                            ("adopted", "Adopted by both sides"),
                            ("superseded", "Superseded"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="State",
                    ),
                ),
                (
                    "follows",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="amendments",
                        to="register.plan",
                        verbose_name="Amends",
                    ),
                ),
                (
                    "instruments",
                    models.ManyToManyField(
                        blank=True, related_name="plans", to="register.instrument", verbose_name="Statements"
                    ),
                ),
                (
                    "partnership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plans",
                        to="register.partnership",
                        verbose_name="Partnership",
                    ),
                ),
            ],
            options={
                "verbose_name": "Roadmap",
                "ordering": ["partnership", "-version", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["draft", "circulated", "adopted", "superseded", "withdrawn"])
                        ),
                        name="plan_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("starts", None), ("ends", None), ("ends__gte", models.F("starts")), _connector="OR"
                        ),
                        name="plan_dates",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("follows", None), models.Q(("follows", models.F("id")), _negated=True), _connector="OR"
                        ),
                        name="plan_not_its_own_amendment",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "withdrawn"), _negated=True),
                        fields=("follows",),
                        name="plan_amended_once",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="action",
            name="plan",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="actions",
                to="register.plan",
                verbose_name="Roadmap",
            ),
        ),
        migrations.CreateModel(
            name="PlanStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kept_at", models.DateTimeField(auto_now_add=True, db_index=True, verbose_name="Kept at")),
                ("before", models.CharField(blank=True, max_length=10)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("circulated", "Circulated for comment"),
                            ("adopted", "Adopted by both sides"),
                            ("superseded", "Superseded"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        max_length=10,
                    ),
                ),
                ("on", models.DateField(verbose_name="Date")),
                ("reason", models.TextField(blank=True, verbose_name="Note")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="register.party",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="register.plan"
                    ),
                ),
                (
                    "to",
                    models.ManyToManyField(blank=True, related_name="+", to="register.body", verbose_name="Sent to"),
                ),
            ],
            options={
                "verbose_name": "Step of a roadmap",
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("before", ""), ("state__in", ["draft"])),
                            models.Q(("before", "draft"), ("state__in", ["circulated", "withdrawn"])),
                            models.Q(("before", "circulated"), ("state__in", ["draft", "adopted", "withdrawn"])),
                            models.Q(("before", "adopted"), ("state__in", ["superseded"])),
                            models.Q(("before", "circulated"), ("party__isnull", False), ("state", "circulated")),
                            _connector="OR",
                        ),
                        name="plan_step_is_allowed",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Programme",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "visibility",
                    models.CharField(
                        choices=[("public", "Public"), ("internal", "Internal"), ("restricted", "Restricted")],
                        db_index=True,
                        default="internal",
                        max_length=10,
                        verbose_name="Who may see it",
                    ),
                ),
                ("names", models.JSONField(default=dict, verbose_name="Names")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("twinning", "Twinning"),
                            ("scholarships", "Scholarships"),
                            ("culture-days", "Culture days"),
                            ("flights", "Flights"),
                            ("joint-project", "Joint project"),
                            ("training", "Training"),
                            ("study", "Study"),
                            ("exhibition", "Exhibition"),
                            ("other", "Other"),
                        ],
                        default="other",
                        max_length=15,
                        verbose_name="Kind",
                    ),
                ),
                ("years", models.JSONField(blank=True, default=list, verbose_name="Years")),
                ("places", models.JSONField(blank=True, default=list, verbose_name="Places")),
                ("note", models.TextField(blank=True, verbose_name="Note")),
                ("section", models.CharField(blank=True, max_length=20, verbose_name="Section")),
                (
                    "partnership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="programmes",
                        to="register.partnership",
                        verbose_name="Partnership",
                    ),
                ),
            ],
            options={
                "verbose_name": "Programme",
                "ordering": ["partnership", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "twinning",
                                    "scholarships",
                                    "culture-days",
                                    "flights",
                                    "joint-project",
                                    "training",
                                    "study",
                                    "exhibition",
                                    "other",
                                ],
                            )
                        ),
                        name="programme_kind",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Progress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kept_at", models.DateTimeField(auto_now_add=True, db_index=True, verbose_name="Kept at")),
                ("before", models.CharField(blank=True, max_length=20)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("not-due", "Not due"),
                            ("not-started", "Not started"),
                            ("under-way", "Under way"),
                            ("delivered", "Delivered"),
                            ("stalled", "Stalled"),
                            ("superseded", "Superseded"),
                            ("cannot-be-checked", "Cannot be checked"),
                        ],
                        max_length=20,
                        verbose_name="State",
                    ),
                ),
                ("on", models.DateField(verbose_name="Date")),
                ("reason", models.TextField(verbose_name="Reason")),
                ("source", models.CharField(blank=True, max_length=1000, verbose_name="Source")),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="progress", to="register.action"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "State of an action",
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("before", ""),
                                (
                                    "state__in",
                                    ["not-due", "not-started", "under-way", "delivered", "cannot-be-checked"],
                                ),
                            ),
                            models.Q(
                                ("before", "not-due"),
                                (
                                    "state__in",
                                    ["not-started", "under-way", "delivered", "superseded", "cannot-be-checked"],
                                ),
                            ),
                            models.Q(
                                ("before", "not-started"),
                                (
                                    "state__in",
                                    ["not-due", "under-way", "delivered", "stalled", "superseded", "cannot-be-checked"],
                                ),
                            ),
                            models.Q(
                                ("before", "under-way"),
                                ("state__in", ["delivered", "stalled", "superseded", "cannot-be-checked"]),
                            ),
                            models.Q(
                                ("before", "stalled"),
                                ("state__in", ["under-way", "delivered", "superseded", "cannot-be-checked"]),
                            ),
                            models.Q(("before", "delivered"), ("state__in", ["under-way", "superseded"])),
                            models.Q(
                                ("before", "cannot-be-checked"),
                                (
                                    "state__in",
                                    ["not-due", "not-started", "under-way", "delivered", "stalled", "superseded"],
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="progress_step_is_allowed",
                    ),
                    models.CheckConstraint(condition=models.Q(("reason__gt", "")), name="progress_has_a_reason"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Proposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kept_at", models.DateTimeField(auto_now_add=True, db_index=True, verbose_name="Kept at")),
                ("ident", models.CharField(max_length=12)),
                ("start", models.PositiveIntegerField()),
                ("end", models.PositiveIntegerField()),
                ("quote", models.TextField()),
                ("modality", models.CharField(max_length=12)),
                ("strength", models.CharField(max_length=12)),
                ("action", models.CharField(max_length=20)),
                ("actors", models.JSONField(default=list)),
                ("areas", models.JSONField(default=list)),
                ("mechanisms", models.JSONField(default=list)),
                ("instruments", models.JSONField(default=list)),
                ("forums", models.JSONField(default=list)),
                ("deadline", models.CharField(blank=True, max_length=200)),
                ("parent", models.CharField(blank=True, max_length=12)),
                ("section", models.CharField(blank=True, max_length=12)),
                ("confidence", models.FloatField(default=0.5)),
                ("reasons", models.JSONField(default=list)),
                (
                    "expression",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="proposals", to="register.expression"
                    ),
                ),
            ],
            options={
                "verbose_name": "Proposal",
                "ordering": ["expression", "start", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("expression", "ident"), name="proposal_once"),
                    models.CheckConstraint(condition=models.Q(("end__gt", models.F("start"))), name="proposal_span"),
                    models.CheckConstraint(
                        condition=models.Q(("confidence__gte", 0.0), ("confidence__lte", 1.0)),
                        name="proposal_confidence",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="decision",
            name="proposals",
            field=models.ManyToManyField(related_name="decisions", to="register.proposal", verbose_name="Proposals"),
        ),
        migrations.AddField(
            model_name="commitment",
            name="proposals",
            field=models.ManyToManyField(blank=True, related_name="commitments", to="register.proposal"),
        ),
        migrations.CreateModel(
            name="Comment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kept_at", models.DateTimeField(auto_now_add=True, db_index=True, verbose_name="Kept at")),
                (
                    "visibility",
                    models.CharField(
                        choices=[("public", "Public"), ("internal", "Internal"), ("restricted", "Restricted")],
                        db_index=True,
                        default="internal",
                        max_length=10,
                        verbose_name="Who may see it",
                    ),
                ),
                ("text", models.TextField(verbose_name="Comment")),
                (
                    "action",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comments",
                        to="register.action",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comments",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "commitment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comments",
                        to="register.commitment",
                    ),
                ),
                (
                    "instrument",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comments",
                        to="register.instrument",
                    ),
                ),
                (
                    "partnership",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comments",
                        to="register.partnership",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comments",
                        to="register.plan",
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comments",
                        to="register.proposal",
                    ),
                ),
            ],
            options={
                "verbose_name": "Comment",
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("action__isnull", True),
                                ("commitment__isnull", True),
                                ("instrument__isnull", True),
                                ("partnership__isnull", False),
                                ("plan__isnull", True),
                                ("proposal__isnull", True),
                            ),
                            models.Q(
                                ("action__isnull", True),
                                ("commitment__isnull", True),
                                ("instrument__isnull", False),
                                ("partnership__isnull", True),
                                ("plan__isnull", True),
                                ("proposal__isnull", True),
                            ),
                            models.Q(
                                ("action__isnull", True),
                                ("commitment__isnull", False),
                                ("instrument__isnull", True),
                                ("partnership__isnull", True),
                                ("plan__isnull", True),
                                ("proposal__isnull", True),
                            ),
                            models.Q(
                                ("action__isnull", True),
                                ("commitment__isnull", True),
                                ("instrument__isnull", True),
                                ("partnership__isnull", True),
                                ("plan__isnull", True),
                                ("proposal__isnull", False),
                            ),
                            models.Q(
                                ("action__isnull", True),
                                ("commitment__isnull", True),
                                ("instrument__isnull", True),
                                ("partnership__isnull", True),
                                ("plan__isnull", False),
                                ("proposal__isnull", True),
                            ),
                            models.Q(
                                ("action__isnull", False),
                                ("commitment__isnull", True),
                                ("instrument__isnull", True),
                                ("partnership__isnull", True),
                                ("plan__isnull", True),
                                ("proposal__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="comment_on_one_thing",
                    ),
                    models.CheckConstraint(condition=models.Q(("text__gt", "")), name="comment_says_something"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReminderSent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kept_at", models.DateTimeField(auto_now_add=True, db_index=True, verbose_name="Kept at")),
                ("on", models.DateField()),
                ("items", models.PositiveIntegerField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reminders",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-on", "-id"],
                "constraints": [models.UniqueConstraint(fields=("account", "on"), name="reminder_once_a_day")],
            },
        ),
        migrations.CreateModel(
            name="ReportTemplate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kept_at", models.DateTimeField(auto_now_add=True, db_index=True, verbose_name="Kept at")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("progress", "Progress report"),
                            ("brief", "Brief for a minister"),
                            ("session", "Session pack"),
                        ],
                        max_length=10,
                        verbose_name="Report",
                    ),
                ),
                ("language", models.CharField(max_length=5, verbose_name="Language")),
                (
                    "attachment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="report_templates",
                        to="register.attachment",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "partnership",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="report_templates",
                        to="register.partnership",
                        verbose_name="Partnership",
                    ),
                ),
            ],
            options={
                "verbose_name": "Template of a report",
                "ordering": ["-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["progress", "brief", "session"])), name="template_kind"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("settles", models.BooleanField(default=False)),
                ("begun", models.DateTimeField(auto_now_add=True)),
                ("finished", models.DateTimeField(blank=True, null=True)),
                (
                    "expression",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reviews", to="register.expression"
                    ),
                ),
                (
                    "reviewer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reviews", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "Review",
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(fields=("expression", "reviewer"), name="review_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("settles", True)), fields=("expression",), name="one_settles"
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="decision",
            name="review",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="decisions",
                to="register.review",
                verbose_name="Review",
            ),
        ),
        migrations.CreateModel(
            name="Role",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("names", models.JSONField(default=dict, verbose_name="Names")),
                ("from_date", models.DateField(blank=True, null=True, verbose_name="From")),
                ("to_date", models.DateField(blank=True, null=True, verbose_name="Until")),
                (
                    "body",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="roles",
                        to="register.body",
                        verbose_name="Body",
                    ),
                ),
                (
                    "mechanism",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="roles",
                        to="register.mechanism",
                        verbose_name="Mechanism",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="roles",
                        to="register.person",
                        verbose_name="Person",
                    ),
                ),
            ],
            options={
                "verbose_name": "Office",
                "ordering": ["person", "from_date"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("to_date", None),
                            ("from_date", None),
                            ("to_date__gte", models.F("from_date")),
                            _connector="OR",
                        ),
                        name="role_dates",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Segment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kept_at", models.DateTimeField(auto_now_add=True, db_index=True, verbose_name="Kept at")),
                ("ident", models.CharField(max_length=12)),
                ("start", models.PositiveIntegerField()),
                ("end", models.PositiveIntegerField()),
                ("kind", models.CharField(max_length=12)),
                ("section", models.CharField(blank=True, max_length=12)),
                ("number", models.CharField(blank=True, max_length=20)),
                ("eid", models.CharField(blank=True, max_length=120)),
                ("language", models.CharField(blank=True, max_length=8)),
                ("folded", models.TextField(blank=True)),
                (
                    "expression",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="segments", to="register.expression"
                    ),
                ),
            ],
            options={
                "verbose_name": "Part of a text",
                "ordering": ["expression", "start"],
                "constraints": [
                    models.UniqueConstraint(fields=("expression", "ident"), name="segment_once"),
                    models.CheckConstraint(condition=models.Q(("end__gt", models.F("start"))), name="segment_span"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "visibility",
                    models.CharField(
                        choices=[("public", "Public"), ("internal", "Internal"), ("restricted", "Restricted")],
                        db_index=True,
                        default="internal",
                        max_length=10,
                        verbose_name="Who may see it",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(default=1, verbose_name="Number")),
                ("starts", models.DateField(verbose_name="From")),
                ("ends", models.DateField(blank=True, null=True, verbose_name="Until")),
                ("place", models.CharField(blank=True, max_length=120, verbose_name="Place")),
                (
                    "state",
                    models.CharField(
                        choices=[("planned", "Planned"), ("held", "Held"), ("cancelled", "Cancelled")],
                        default="planned",
                        max_length=10,
                        verbose_name="State",
                    ),
                ),
                ("minutes", models.TextField(blank=True, verbose_name="Minutes")),
                (
                    "chairs",
                    models.ManyToManyField(
                        blank=True, related_name="chaired", to="register.person", verbose_name="Chairs"
                    ),
                ),
                (
                    "host",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="register.party",
                        verbose_name="Host",
                    ),
                ),
                (
                    "mechanism",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions",
                        to="register.mechanism",
                        verbose_name="Mechanism",
                    ),
                ),
            ],
            options={
                "verbose_name": "Session",
                "ordering": ["-starts", "-id"],
                "constraints": [
                    models.UniqueConstraint(fields=("mechanism", "number"), name="session_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["planned", "held", "cancelled"])), name="session_state"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends", None), ("ends__gte", models.F("starts")), _connector="OR"),
                        name="session_dates",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AgendaItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("names", models.JSONField(default=dict, verbose_name="Names")),
                ("rank", models.PositiveSmallIntegerField(default=0)),
                ("why", models.JSONField(blank=True, default=dict, verbose_name="Why it is on the agenda")),
                ("outcome", models.TextField(blank=True, verbose_name="What came of it")),
                ("dropped", models.BooleanField(default=False)),
                (
                    "actions",
                    models.ManyToManyField(
                        blank=True, related_name="agenda_items", to="register.action", verbose_name="Actions"
                    ),
                ),
                (
                    "agreements",
                    models.ManyToManyField(
                        blank=True, related_name="agenda_items", to="register.agreement", verbose_name="Agreements"
                    ),
                ),
                (
                    "commitments",
                    models.ManyToManyField(
                        blank=True, related_name="agenda_items", to="register.commitment", verbose_name="Commitments"
                    ),
                ),
                (
                    "difficulties",
                    models.ManyToManyField(
                        blank=True, related_name="agenda_items", to="register.difficulty", verbose_name="Difficulties"
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="agenda", to="register.session"
                    ),
                ),
            ],
            options={
                "verbose_name": "Item of the agenda",
                "ordering": ["rank", "id"],
            },
        ),
        migrations.CreateModel(
            name="SessionDecision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("names", models.JSONField(default=dict, verbose_name="Names")),
                (
                    "action",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decided_by",
                        to="register.action",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="register.agendaitem",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="decisions", to="register.session"
                    ),
                ),
            ],
            options={
                "verbose_name": "Decision of a session",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Support",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "visibility",
                    models.CharField(
                        choices=[("public", "Public"), ("internal", "Internal"), ("restricted", "Restricted")],
                        db_index=True,
                        default="internal",
                        max_length=10,
                        verbose_name="Who may see it",
                    ),
                ),
                ("names", models.JSONField(default=dict, verbose_name="Names")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("candidature", "Candidature"),
                            ("resolution", "Resolution"),
                            ("membership", "Membership or accession"),
                            ("position", "Common position"),
                            ("other", "Other"),
                        ],
                        default="candidature",
                        max_length=12,
                        verbose_name="Kind",
                    ),
                ),
                ("on", models.DateField(blank=True, null=True, verbose_name="Date of the decision in the forum")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Asked"),
                            ("promised", "Promised"),
                            ("given", "Given"),
                            ("declined", "Declined"),
                            ("lapsed", "Lapsed"),
                        ],
                        default="asked",
                        max_length=10,
                        verbose_name="State",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="Note")),
                (
                    "asked_by",
                    models.ForeignKey(
                        blank=True,
                        help_text="Leave empty for what both sides hold together.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="register.party",
                        verbose_name="Asked by",
                    ),
                ),
                (
                    "commitment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="supports",
                        to="register.commitment",
                        verbose_name="Commitment that founds it",
                    ),
                ),
                (
                    "forum",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="supports",
                        to="register.forum",
                        verbose_name="Forum",
                    ),
                ),
                (
                    "partnership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="supports",
                        to="register.partnership",
                        verbose_name="Partnership",
                    ),
                ),
            ],
            options={
                "verbose_name": "Support in a forum",
                "ordering": ["forum", "-on", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["candidature", "resolution", "membership", "position", "other"])
                        ),
                        name="support_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["asked", "promised", "given", "declined", "lapsed"])),
                        name="support_state",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Target",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("by_date", models.DateField(verbose_name="By")),
                ("value", models.DecimalField(decimal_places=4, max_digits=15, verbose_name="Value")),
                ("dropped", models.BooleanField(default=False)),
                (
                    "commitment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="targets",
                        to="register.commitment",
                        verbose_name="Commitment that founds it",
                    ),
                ),
                (
                    "indicator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="targets", to="register.indicator"
                    ),
                ),
            ],
            options={
                "verbose_name": "Target",
                "ordering": ["by_date", "id"],
            },
        ),
        migrations.CreateModel(
            name="Token",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kept_at", models.DateTimeField(auto_now_add=True, db_index=True, verbose_name="Kept at")),
                ("name", models.CharField(max_length=100, verbose_name="What it is for")),
                ("digest", models.CharField(max_length=64, unique=True)),
                (
                    "scope",
                    models.CharField(
                        choices=[("api", "The API"), ("feed", "The calendar")], default="api", max_length=4
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tokens", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "Key of a program",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("scope__in", ["api", "feed"])), name="token_scope")
                ],
            },
        ),
        migrations.CreateModel(
            name="TokenEnd",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kept_at", models.DateTimeField(auto_now_add=True, db_index=True, verbose_name="Kept at")),
                (
                    "token",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="end", to="register.token"
                    ),
                ),
            ],
            options={
                "verbose_name": "End of a key",
            },
        ),
        migrations.AddConstraint(
            model_name="instrument",
            constraint=models.UniqueConstraint(fields=("partnership", "slug"), name="instrument_slug_once"),
        ),
        migrations.AddConstraint(
            model_name="commitment",
            constraint=models.UniqueConstraint(fields=("instrument", "number"), name="commitment_number_once"),
        ),
        migrations.AddConstraint(
            model_name="commitment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("end", None), ("expression", None), ("start", None)),
                    models.Q(("end__gt", models.F("start")), ("expression__isnull", False), ("start__isnull", False)),
                    _connector="OR",
                ),
                name="commitment_span",
            ),
        ),
    ]
