"""What the item bank and the matrix promise as a whole."""

from __future__ import annotations

from collections import Counter

import pytest

from shared_responsibility.build.item_rules import counts, live_items
from shared_responsibility.keys import right_party
from shared_responsibility.matrix import load_matrix, who
from shared_responsibility.tables import load_table
from shared_responsibility.vocabulary import ItemKind, Party, Role, ServiceModel

BANK = live_items()
TALLIES = counts(BANK)
OWNER_OF = {"inherited": "aws", "customer_specific": "customer"}
IN_SCOPE = """
athena data_exchange emr glue kinesis msk opensearch quicksight redshift eventbridge sns sqs
step_functions connect ses billing_conductor budgets cost_and_usage_report cost_explorer marketplace
batch ec2 elastic_beanstalk lightsail local_zones outposts wavelength ecr ecs eks activate iq
managed_services support aurora dynamodb memorydb neptune rds appconfig cli cloud9 cloudshell
codeartifact codebuild codecommit codedeploy codepipeline codestar xray appstream workspaces
workspaces_web amplify appsync device_farm iot_core iot_greengrass comprehend kendra lex polly
rekognition sagemaker textract transcribe translate auto_scaling cloudformation cloudtrail
cloudwatch compute_optimizer config control_tower health_dashboard launch_wizard license_manager
management_console organizations resource_groups service_catalog systems_manager trusted_advisor
well_architected_tool application_discovery_service application_migration_service dms migration_hub
sct snow_family transfer_family api_gateway cloudfront direct_connect global_accelerator route_53
vpc vpn artifact audit_manager acm cloudhsm cognito detective directory_service firewall_manager
guardduty iam iam_identity_center inspector kms macie network_firewall ram secrets_manager
security_hub shield waf fargate lambda backup ebs efs elastic_disaster_recovery fsx s3 s3_glacier
storage_gateway
"""
"""The services of the exam guide, by a name that `who` knows."""


def test_every_service_of_the_exam_guide_answers() -> None:
    named = IN_SCOPE.split()
    assert len(named) > 120
    in_scope = load_table("services").set_index("service_id")["in_clf_c02"]
    for name in named:
        assert in_scope[who(name, "facilities").service_id] == "yes"


def test_at_least_forty_services_have_their_own_page_behind_every_cell_that_shifts() -> None:
    shifting = load_matrix().query("zone == 'shifts'")
    own = shifting["basis"].eq("service_page").groupby(shifting["service_id"]).all()
    assert own.sum() >= 40
    first = "ec2 rds lambda s3 ecs_fargate eks_mng dynamodb vpc iam kms connect quicksight ebs efs"
    assert own[first.split()].all()


def test_a_tool_carries_only_the_domains_that_make_sense_for_it() -> None:
    matrix = load_matrix()
    tools = matrix[matrix["role"] == Role.TOOL]
    absent = (tools["responsible"] == Party.NOT_APPLICABLE).groupby(tools["service_id"]).sum()
    assert len(absent) >= 30
    assert absent.min() >= 3
    assert {"cost_explorer", "support", "artifact"} <= set(absent.index)


def test_the_settings_that_learners_meet_are_there() -> None:
    wanted = {
        ("s3", "key_management"): 5,
        ("rds", "runtime_engine"): 3,
        ("lambda", "runtime_engine"): 4,
        ("elastic_beanstalk", "runtime_engine"): 2,
        ("eks_mng", "guest_os"): 4,
        ("ecs_ec2", "guest_os"): 2,
        ("workspaces", "guest_os"): 2,
        ("kms", "key_management"): 4,
    }
    for (service, domain), count in wanted.items():
        settings = who(service, domain).settings
        assert len(settings) >= count
        for setting in settings:
            cell = who(service, domain, setting)
            assert cell.aws_does
            assert cell.customer_does
            assert cell.source.url.startswith("http")
    assert who("s3", "key_management", variant="sse_kms_cmk").responsible == "shared"


@pytest.mark.parametrize(
    ("general", "setting", "special"),
    [("ecs_ec2", "fargate", "ecs_fargate"), ("ecs_ec2", "managed_instances",
     "ecs_managed_instances"), ("eks_mng", "fargate", "eks_fargate"),
     ("eks_mng", "auto_mode", "eks_auto_mode")],
)  # fmt: skip
def test_a_setting_agrees_with_the_service_that_it_amounts_to(
    general: str, setting: str, special: str
) -> None:
    assert who(general, "guest_os", setting).responsible == who(special, "guest_os").responsible


def test_incidents_show_both_sides() -> None:
    sides = Counter(load_table("incidents")["failed_side"])
    assert sides.total() >= 20
    assert sides["aws"] + sides["shared"] >= 6


def test_there_are_four_hundred_live_items_of_every_kind() -> None:
    assert len(BANK) >= 400
    assert TALLIES["kind"].keys() == set(ItemKind)
    kinds = dict(TALLIES["kind"])
    assert kinds.pop("evidence") == len(load_table("dossiers"))
    assert min(kinds.values()) >= 20
    assert len({one.item.prompt for one in BANK}) == len(BANK)


def test_items_span_domains_models_services_and_objectives() -> None:
    assert set(TALLIES["domain"]) == set(load_table("domains")["domain_id"])
    assert min(TALLIES["domain"].values()) >= 12
    assert set(TALLIES["model"]) == set(ServiceModel)
    assert len(TALLIES["service"]) >= 60
    assert set(TALLIES["objective"]) == {"2.1", "2.2", "2.3", "2.4"}
    assert 0.65 <= TALLIES["objective"]["2.1"] / len(BANK) <= 0.75


def test_a_quarter_tempts_towards_each_wrong_side() -> None:
    pairs = Counter(
        (right_party(one.item), OWNER_OF.get(one.item.tempting, one.item.tempting)) for one in BANK
    )
    assert pairs["aws", "customer"] / len(BANK) >= 0.25
    assert pairs["customer", "aws"] / len(BANK) >= 0.25


def test_sixty_items_rest_on_settings_and_exceptions() -> None:
    special = [
        one
        for one in BANK
        if any(
            ref.variant_id or who(ref.service_id, ref.domain_id).is_exception
            for ref in one.item.cells
        )
    ]
    assert len(special) >= 60


def test_every_misconception_is_met() -> None:
    met = {option.misconception_id for one in BANK for option in one.key.options.values()}
    assert met - {""} == set(load_table("misconceptions")["misconception_id"])
