# %% [markdown] slug="hypervisor-and-service-platform"
"""
# Hypervisor and service platform

Between the machines and your own programs lie two layers of AWS's software. You cannot patch them, restart them or look inside. When they fail, you still have a job. This lesson finds out which.

## What you will be able to do

- **Name** who patches and runs the hypervisor and the software of a managed service (2.1).
- **Explain** why one flaw can need two patches, one on each side (2.1).
- **Decide** for a real failure whether a second zone, a second Region, a repair of your own or nothing would have helped (2.1).
- **Tell** AWS's duty to repair from your duty to plan (2.1).

The number is the task of the exam guide CLF-C02. Plan about 30 minutes.
"""

# %% [markdown] slug="case-hanna-monday"
"""
## A concrete case

Monday, 20 October 2025, in the morning. Hanna runs the website on which blood donors book appointments. Its web servers run on Amazon EC2 in two zones. The appointments lie in a table of Amazon DynamoDB, a database that AWS runs. All of it is in one *Region*, us-east-1. A Region is a group of *zones*, and a zone is one or more data centres.

Since the night, no donor could book and the clinics could not see who would come. The table answers again, but new servers still do not start. Femi, the managing director, calls. "We pay for two zones. Why are we down? Put both engineers on the repair." Later he has two more ideas: leave AWS for servers of our own, or pay for a second Region.

The donor service is invented; the failure is real. There is money for one of the three.
"""

# %% [markdown] slug="predict-five-failures"
"""
## Predict first

Five failures. Whose duty was called for when it happened? Replace each `None` by `"aws"`, `"customer"` or `"shared"` (both had a repair of their own).
"""

# %% slug="prediction-five-failures"
import pandas as pd

from shared_responsibility import (
    check,
    compare,
    load_matrix,
    load_table,
    plot_timeline,
    questions,
    readable,
    shift,
    sources,
    who,
)

prediction = {
    "xen_xsa_108_2014": None,  # a hole in the software that divides one server among many
    "s3_us_east_1_2017": None,  # an operator of a storage service mistypes
    "meltdown_spectre_2018": None,  # processors leak memory from one program to another
    "rds_log_fdw_2022": None,  # an extension inside the customer's database reads AWS's files
    "ecs_agent_2025": None,  # a small program of AWS on the customer's machines leaks data
}

# %% [markdown] slug="run-folded-failures"
"""
The next cell is folded. Run it when you are ready. `failed_side` means: whose duty was called for.
"""

# %% jupyter={"outputs_hidden": true, "source_hidden": true} slug="answer-five-failures"
incidents = load_table("incidents").set_index("incident_id")
seen = incidents.loc[list(prediction), ["failed_side", "what_happened"]]
seen.insert(0, "you", pd.Series(prediction, dtype=object))
readable(seen)

# %% [markdown] slug="table-two-layers"
"""
## The table

**Virtualization** is the layer that lets many customers use one physical server, the *host*. The program that divides the host into virtual machines is the *hypervisor*. Each customer on it is a *tenant*, and keeping tenants apart is the purpose of the layer.

The **service platform** is the software of the service itself. It has an *endpoint*, the address that your program calls. Calls that create or change things go to the *control plane*; the daily work, such as reading a record, goes through the *data plane*.
"""

# %% slug="two-layers-in-words"
two_layers = ["virtualization", "service_platform"]
matrix = load_matrix()
cells = matrix[matrix["domain_id"].isin(two_layers)]
chosen = cells[cells["service_id"].isin(["ec2", "s3", "dynamodb"])].set_index(["service", "domain"])
readable(chosen[["responsible", "aws_does", "customer_does"]])

# %% [markdown] slug="count-the-owners"
"""
And over all services of the course:
"""

# %% slug="two-layers-over-services"
cells.groupby(["domain", "responsible"], sort=False).size().unstack(fill_value=0)

# %% [markdown] slug="hardly-an-exception"
"""
Hardly any exception. (`not_applicable` stands for programs on your own computer.) If the owner is so clear, what remains to learn? What the *other* party does when the owner fails.

## The figure

The line of years runs down. Each entry called for AWS, alone or together with customers; some, such as Xen, were mended in time. On the right stands what a customer's design could do about it. The filled marks are work for you; the open ring means that there was little to do.
"""

# %% slug="plot-timeline"
plot_timeline()

# %% [markdown] slug="four-kinds-xen"
"""
The marks stand for four answers. Here is a case for each.

### A second zone: Xen 2014

Xen was the hypervisor of EC2. A hole in it was due to be published. AWS repaired the hosts before that day and rebooted, zone by zone, under a tenth of its fleet. AWS did its duty, and no customer could have done it. But a program on one single instance went away for a while, and a program in two zones did not have to.
"""

# %% slug="who-ec2-virtualization"
who("ec2", "virtualization")

# %% [markdown] slug="kind-two-meltdown"
"""
### A repair of your own: Meltdown and Spectre 2018

The flaws sat in processors. A program could read memory that was not its own. That breaks two walls at once: the wall between *tenants* on a host, and the wall between *programs* inside one operating system. AWS mended the first on its hosts. The second stands inside the *guest system*, the operating system of the virtual machine, so the party that looks after the guest had to patch it.
"""

# %% slug="walls-on-three-services"
compare("ec2", "rds", "lambda").loc[["guest_os", "virtualization"]]

# %% [markdown] slug="kind-three-platform"
"""
Read it by columns. On EC2 one flaw gave work to both parties. On RDS and Lambda both walls are AWS's.

### A second Region: S3 2017, DynamoDB 2025

In 2017 an operator of S3 mistyped one input and removed too many servers. In 2025 two programs that keep DynamoDB's address book changed it in the wrong order, a *race*, and an empty entry was left: the endpoint had no address.
"""

# %% slug="two-platform-failures"
readable(incidents.loc[["s3_us_east_1_2017", "dynamodb_us_east_1_2025"], ["year", "what_happened", "lesson"]])

# %% [markdown] slug="why-zones-did-not-help"
"""
Now Femi's question: why did two zones not help? A zone protects against the loss of a *building*, such as its power. The endpoint of DynamoDB serves the whole Region. With it, all zones of the Region lost the table at once.

What can answer then is a copy in a second Region. AWS reports that customers with *global tables* (DynamoDB tables kept in several Regions) could work with their copies elsewhere. Those copies lagged behind the failing Region for some time, so a second Region is no magic.

A second lesson hides in the row: *starting* new servers failed too. A plan that begins with "then we start more machines" calls the control plane at the worst moment. Machines that already run need no such call.
"""

# %% slug="resilience-three-services"
resilience = matrix[matrix["domain_id"] == "resilience_capacity"].set_index("service_id")
columns = ["responsible", "aws_does", "customer_does"]
readable(resilience.loc[["ec2", "s3", "dynamodb"], columns])

# %% [markdown] slug="resilience-is-the-answer"
"""
This domain, *availability and capacity*, holds the customer's answer. AWS calls its own part resilience *of* the cloud and yours resilience *in* the cloud. The platform remains AWS's to repair; how much of its failure reaches your users is, in part, your design.

### Little to do: a silent flaw

Researchers found some flaws inside AWS's own software, and customers had no step to take:
"""

# %% slug="silent-flaws"
silent = ["superglue_2022", "appsync_confused_deputy_2022", "iamadmin_cloudtrail_2022"]
readable(incidents.loc[silent, ["title", "what_happened", "lesson"]])

# %% [markdown] slug="little-is-not-nothing"
"""
Look at AppSync: roles that trusted it could be assumed from outside. A *role* is a set of rights that a program takes on. The role policies were right, the check was wrong. Still, a role with few rights gives little away. For the other two no repair was yours: read the report, look through your own records of that time, go on.

## Where the rule breaks

**AWS's software on your machines.** The ECS agent is a helper that AWS writes and that runs on the servers under your containers. AWS repaired it; where the servers are the customer's, the customer had to install the repair.
"""

# %% slug="ecs-agent-2025"
readable(incidents.loc[["ecs_agent_2025"], ["what_happened", "failed_side", "lesson"]])

# %% [markdown] slug="your-own-hypervisor"
"""
**A hypervisor of your own.** A Storage Gateway on a virtual machine in your rooms runs on *your* hypervisor.
"""

# %% slug="who-storage-gateway-virtualization"
who("storage_gateway", "virtualization")

# %% [markdown] slug="flaw-in-your-database"
"""
**AWS's flaw inside your database.** An extension of Aurora PostgreSQL could read files of the host. It ran in the customer's database, and yet the report names no step for customers: AWS builds the extension into the engine.

The question behind all three: **who can put the repair in place?** The party that can reach the layer.

**In the exam**, patching a hypervisor or a host takes AWS. Making a program on EC2 survive the loss of a zone takes the customer, even though the zone is AWS's.

## The misconception and its contrast
"""

# %% slug="belief-m10"
readable(load_table("misconceptions").set_index("misconception_id").loc[["M10"]])

# %% [markdown] slug="two-duties-one-failure"
"""
**One failure, two duties.** A table endpoint of DynamoDB stops answering. *Repair the endpoint*: AWS alone, and nobody else can. *Keep booking open meanwhile*: the customer, by a copy elsewhere, or by paper and telephone. If you do the first, you waste the night. If you forget the second, AWS cannot do it for you.

## Your turn

One form of question wants an owner and a reason. A worked example:

> A hole is found in the hypervisor under a school's EC2 instances. Who patches it, and why? Parties: `aws`, `customer`. Reasons: a) the school pays for the instances; b) only AWS can reach the hosts.

The layer is the host, and the school has no way in. You type `"aws, b"`. Where a question says "choose all that apply", type every letter that holds, such as `"a, c"`.
"""

# %% slug="questions-out-of-reach"
questions("out-of-reach")

# %% slug="answers-out-of-reach"
out_of_reach = {
    "emr-seismology-hypervisor": None,
    "cloudfront-chess-token-function": None,
    "cloudwatch-jobs-out-of-reach": None,  # every letter that holds
    "kms-ministry-hypervisor": None,  # owner and reason
    "cloudtrail-unseen-calls": None,  # owner and reason
    "dynamodb-empty-name-record": None,  # a letter
    "vpn-mill-one-tunnel": None,  # mind the setting
}

check(out_of_reach)

# %% [markdown] slug="small-thing-incidents"
"""
### A small thing to do with pandas

Worked example: in how many failures did the *service platform* take part, by whose duty was called for? One failure can touch several domains, so we look for the word inside `domain_ids`.
"""

# %% slug="platform-failures-by-side"
platform = incidents[incidents["domain_ids"].str.contains("service_platform")]
platform["failed_side"].value_counts()

# %% [markdown] slug="your-line-soften"
"""
Your line: in which failures of **AWS's side** could a customer's plan soften the harm? Pick the rows of `incidents` with `failed_side` equal to `"aws"` **and** the word `resilience_capacity` in `domain_ids`. Join the two conditions with `&`. Show `year`, `title` and `lesson`.
"""

# %% slug="could-be-softened"
could_be_softened = None  # replace None by one line

could_be_softened

# %% [markdown] slug="one-way-softened"
"""
One way to write it is in the next cell, folded.
"""

# %% jupyter={"outputs_hidden": true, "source_hidden": true} slug="solution-softened"
of_aws = incidents["failed_side"] == "aws"
plan = incidents["domain_ids"].str.contains("resilience_capacity")
readable(incidents.loc[of_aws & plan, ["year", "title", "lesson"]].sort_values("year"))

# %% [markdown] slug="compare-with-figure"
"""
Compare with the figure. The table lists the domains that *failed*; the figure asks what would have *helped*, so the two need not agree.

## The case, settled

**Repair?** No. The record was AWS's, and no engineer of Hanna's could reach it. That morning they told the clinics, followed AWS's reports and let the web servers run untouched.

**Servers of our own?** Look at what would move to them:
"""

# %% slug="own-servers"
shift().loc[two_layers, ["on_premises", "iaas", "paas"]]

# %% [markdown] slug="second-region-small"
"""
Every hypervisor and every database platform would be theirs, with two engineers.

**A second Region?** Yes, but a small one. An hour without *new* bookings costs little. An hour in which clinics do not know today's donors costs a lot. So the table gets a copy in a second Region, and a plain page there reads it. Twice a year they switch to it on purpose. The rest waits for AWS.

## In practice: Monday

- For each program, write one line: what stops if a zone stops, if a Region stops, if one service stops?
- Decide with the business how long each may be down. Pay for a second Region only where the answer is short.
- Keep enough machines running in each zone, so that a loss needs no new start.
- Test the switch. A plan that nobody has tried is a hope.
- Set the account's alternate contacts, so that several people get AWS's mail about failures.

## What this leaves out

- What AWS owes you in money when a service fails. That is in the contract, not in the model.
- Backup. A copy in a second Region repeats a deletion; lesson 10 explains the two kinds of loss.

## Sources
"""

# %% slug="sources-two-layers"
sources(
    "aws-shared-responsibility-model",
    "aws-resiliency-model",
    "ec2-infrastructure-security",
    "ec2-best-practices",
    "aws-ec2-maintenance-update-2",
    "secnews24-meltdown-spectre",
    "aws-bulletin-2018-013",
    "aws-message-65648",
    "aws-message-4372t8",
    "venturebeat-s3-outage",
    "zdnet-kinesis-2020",
    "vumetric-us-east-1-2021",
    "aws-message-101925",
    "dynamodb-disaster-recovery-resiliency",
    "s3-datadurability",
    "cvdb-appsync",
    "cvdb-breakingformation",
    "cvdb-iamadmin-cloudtrail",
    "cvdb-rds-log-fdw",
    "cvdb-superglue",
    "cvdb-ecs-agent",
    "gafnit-ecr-public",
    "aws-log4j-guidance",
    "aws-rds-certificates-2020",
    "storage-gateway-shut-down",
)

# %% [markdown] slug="next-lesson-05"
"""
Next: [05, Operating systems and patching](05-operating-systems-and-patching.ipynb).

[Index](index.md) by domain, service and exam task. Found a mistake? [Report it](https://github.com/shared-responsibility/shared-responsibility/issues/new).
"""
