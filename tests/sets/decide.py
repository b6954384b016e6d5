"""What scripted learners write in the answer cells of `decide`."""

from __future__ import annotations

CUSTOMER_FUNCTION = """
def responsible(service, task, configuration):
    return "customer"
"""

CUSTOMER_CASES = """
my_cases = pd.DataFrame(
    [
        ("ec2", "iaas", "guest_os", "", "customer"),
        ("ec2", "iaas", "facilities", "", "customer"),
        ("rds", "paas", "guest_os", "", "customer"),
        ("rds", "paas", "backup_recovery", "", "customer"),
        ("s3", "paas", "customer_data", "", "customer"),
        ("s3", "paas", "key_management", "sse_s3", "customer"),
        ("lambda", "faas", "application_code", "", "customer"),
        ("harbour_loom", "saas", "identity_access", "", "customer"),
    ],
    columns=["service_id", "service_model", "task", "configuration", "expected"],
)
"""

SLOGAN_FUNCTION = """
OF_THE_CLOUD = {"facilities", "hardware", "provider_network", "virtualization", "service_platform"}


def responsible(service, task, configuration):
    # AWS: security of the cloud. Customer: security in the cloud.
    return "aws" if task in OF_THE_CLOUD else "customer"
"""

SLOGAN_CASES = """
my_cases = pd.DataFrame(
    [
        ("ec2", "iaas", "facilities", "", "aws"),
        ("rds", "paas", "hardware", "", "aws"),
        ("lambda", "faas", "virtualization", "", "aws"),
        ("s3", "paas", "provider_network", "", "aws"),
        ("ec2", "iaas", "guest_os", "", "customer"),
        ("rds", "paas", "guest_os", "", "customer"),
        ("s3", "paas", "customer_data", "", "customer"),
        ("lambda", "faas", "application_code", "", "customer"),
    ],
    columns=["service_id", "service_model", "task", "configuration", "expected"],
)
"""

RANDOM_FUNCTION = """
import random

throw = random.Random(2026)


def responsible(service, task, configuration):
    return throw.choice(["aws", "customer", "shared", "unknown"])
"""

RANDOM_CASES = """
import random

throw = random.Random(2026)
cells = load_table("responsibilities")
models = load_table("services").set_index("service_id")["service_model"]
rows = [
    (service, models[service], throw.choice(sorted(set(cells["domain_id"]))), "",
     throw.choice(["aws", "customer", "shared", "unknown"]))
    for service in throw.sample(sorted(models.index), 8)
]
my_cases = pd.DataFrame(
    rows, columns=["service_id", "service_model", "task", "configuration", "expected"]
)
"""

SOURCES: dict[str, dict[str, str]] = {
    "decide-function": {
        "customer": CUSTOMER_FUNCTION,
        "slogan": SLOGAN_FUNCTION,
        "random": RANDOM_FUNCTION,
    },
    "decide-tests": {
        "customer": CUSTOMER_CASES,
        "slogan": SLOGAN_CASES,
        "random": RANDOM_CASES,
    },
}
