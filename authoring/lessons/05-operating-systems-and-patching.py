# %% [markdown] slug="operating-systems-and-patching"
"""
# Operating systems and patching

A patch is a small change that removes a flaw from software in use. Software sits in layers, and each
layer needs its own patches. Who installs them?

## What you will be able to do

- **Name** the party that patches the operating system in five AWS services (2.1).
- **Decide** who patches an engine or a runtime when a setting changes the answer (2.1).
- **Tell apart** a tool that AWS offers and a task that AWS does (2.1).
- **Plan** for the day on which a version leaves support (2.1).

The number is the task of the exam guide CLF-C02. Plan about 35 minutes. Lesson 04 dealt with
layers that you cannot touch. Here that depends.
"""

# %% slug="import-pandas-as-pd"
import pandas as pd

from shared_responsibility import (
    check,
    compare,
    load_matrix,
    load_table,
    plot_settings,
    questions,
    readable,
    sources,
    who,
)

# %% [markdown] slug="a-concrete-case-it"
"""
## A concrete case

It is Tuesday, nine o'clock. A flaw in a Linux system library is in the news. Lena leads the systems
team of a bicycle rental company, which uses five AWS services:

| What it does | Where it runs |
|---|---|
| old booking page | Amazon EC2: virtual servers |
| staff website | AWS Elastic Beanstalk: you hand in a web program, it sets up servers for it |
| map of free bicycles | Amazon ECS on AWS Fargate: containers without servers of your own |
| bookings and customers | Amazon RDS: a managed database |
| reminder messages | AWS Lambda: single functions that run when called |

Her colleague Tariq says: "All of that is in the cloud, so AWS patches it. For EC2 we even have
Patch Manager." Lena has two engineers and one free day. She has to decide where they start, and
where they would waste their time.

## Predict first

Think of the *guest system* only: the operating system that the workload itself runs on, above the
host machine. For each service, who has to get this system patched? Replace each `None` by `"aws"`,
`"customer"` or `"shared"` (each party has work of its own in this layer). If you are not sure, guess.
"""

# %% slug="prediction-ec2-none-elastic"
prediction = {
    "ec2": None,
    "elastic_beanstalk": None,
    "ecs_fargate": None,
    "rds": None,
    "lambda": None,
}

# %% [markdown] slug="run-the-next-cell"
"""
The next cell is folded. Run it when you are ready.
"""

# %% jupyter={"outputs_hidden": true, "source_hidden": true} slug="guest-owner-compare-prediction"
guest_owner = compare(*prediction).loc["guest_os"]
pd.DataFrame({"your prediction": pd.Series(prediction, dtype=object), "owner": guest_owner})

# %% [markdown] slug="the-table-the-guest"
"""
## The table

The guest system is one of four layers that Lena has to think about:

- `virtualization`: the host machine and its *hypervisor*, the program that cuts one machine into
  several virtual ones;
- `guest_os`: the guest system;
- `runtime_engine`: the *runtime* that executes programs (such as Python), or the *engine* that
  does the work of a database (such as MySQL);
- `application_code`: your own program, with the libraries that it brings along.
"""

# %% slug="layers-application-code-runtime"
layers = ["application_code", "runtime_engine", "guest_os", "virtualization"]
owners = compare(*prediction).loc[layers]
owners

# %% [markdown] slug="read-each-column-from"
"""
Read each column from the bottom up and look for the first row that is not `aws`. There your
work begins. The bottom row is AWS's in every column, and the top row is the customer's. All that
differs lies in the two rows between.

A question helps to find the step: **who can log in there?** On EC2 your team can open a
command line inside the guest system, and AWS never logs in to patch it. On RDS it is the other way
round: AWS reaches the system under the database, and you have no login to it. Where you cannot log
in, you cannot patch.
"""

# %% slug="who-ec2-guest-os"
who("ec2", "guest_os")

# %% slug="who-rds-guest-os"
who("rds", "guest_os")

# %% [markdown] slug="where-the-rule-breaks"
"""
## The figure

Look again at the cells marked `shared`. On Fargate the line lies between two runtimes: the one
below the image is AWS's, the one inside it is yours. In the others the name of the service does not
tell you enough: the answer depends on a setting. In the figure, each box is one setting, and it
stands in the lane of the owner that it brings about. A box cut in two means that both have work.
"""

# %% slug="plot-settings-runtime-engine"
plot_settings("runtime_engine", "rds", "lambda", "elastic_beanstalk")

# %% [markdown] slug="rds-aws-does-its"
"""
## Where the rule breaks

"Managed, so AWS patches it" breaks at each box outside the left lane.
Here a patch that is only published is an offer. It counts as AWS's work where AWS also
brings it to your running copy, by itself or at your signal.

**RDS.** AWS does its planned work on a database inside a *maintenance window*, a weekly time that you
choose. A *minor version* brings fixes and should not break programs. A *major version* may
change how the database behaves, so a program has to be tested with it first. See how the two sides
change places:
"""

# %% slug="who-rds-runtime-engine"
who("rds", "runtime_engine", variant="minor_auto")

# %% slug="who-rds-runtime-engine-2"
who("rds", "runtime_engine", variant="major_version")

# %% [markdown] slug="in-between-lies-minor"
"""
In between lies `minor_manual`. With automatic minor upgrades off, AWS still schedules the patches
that it calls required. Off does not mean that nothing will come.

**Lambda.** Each function has a *runtime update mode*. `Auto` is the default: AWS moves the
function to a patched runtime. With `Function update`, it happens when you update the function, so a
function that nobody touches keeps the old runtime. With `Manual`, you pin one version and move it
yourself. A function that was handed in as a *container image*, a package that holds the
program and its runtime, follows none of these modes:
"""

# %% slug="who-lambda-runtime-engine"
who("lambda", "runtime_engine", variant="container_image")

# %% [markdown] slug="the-runtime-was-sealed"
"""
The runtime was sealed into the image on the day it was built. AWS can publish a better base image,
but it does not rebuild yours. One more box of the figure matters whatever the mode: a
*deprecated runtime*, one that is past the end of its support, is yours to leave.

**Elastic Beanstalk.** AWS publishes *platform versions*: a system, a runtime and a web server,
tested together. Managed platform updates install them in a weekly window. This setting can be off:
"""

# %% slug="who-elastic-beanstalk-guest"
who("elastic_beanstalk", "guest_os", variant="managed_updates_off")

# %% [markdown] slug="eks-nodes-five-ways"
"""
**EKS nodes.** Amazon EKS runs *Kubernetes*, a program that spreads containers over machines. Such a
machine is a *node*, and its guest system needs patches like any other. There are several
ways to get nodes, and they differ in the owner:
"""

# %% slug="plot-settings-eks-nodes"
plot_settings("guest_os", "eks_mng")

# %% [markdown] slug="which-reading-the-exam"
"""
In the middle lane, AWS builds the patched image and replaces the nodes, but only after you start
the update. A patched image in the catalogue protects no running node.

**In the exam**, a question may name no setting. Then read it like this:

- The guest system of an EC2 instance: the *customer*. No setting in the table changes this.
- The system of an RDS database, and a routine patch of its engine: *AWS*. AWS's own table of duties
  for RDS says so.
- The Lambda runtime without a named mode: *AWS*, because `Auto` is the default.
- "Patch management" as a named control: *shared*. It covers all layers, and both sides patch.
- Elastic Beanstalk: a quick reading of PaaS (a platform that AWS runs for you) says AWS. The course
  marks it as shared, because AWS's guide lists duties for both sides.

### Three endings that really happened

No setting helps when a whole version leaves support.
"""

# %% slug="endings-beanstalk-al1-retired"
endings = ["beanstalk_al1_retired_2022", "mysql_57_rds_2024", "amazon_linux_2_end_2026"]
incidents = load_table("incidents").set_index("incident_id")
readable(incidents.loc[endings, ["what_happened", "failed_side", "lesson"]])

# %% [markdown] slug="in-this-table-failed"
"""
Here `failed_side` means: whose duty was called for. Each date was known before, and customers had to
move. "AWS patches it" holds for a supported version. The move to the next one is another task.

## The misconception and its contrast

What Tariq said rests on two beliefs:
"""

# %% slug="load-table-misconceptions-set"
readable(load_table("misconceptions").set_index("misconception_id").loc[["M01", "M14"]])

# %% [markdown] slug="same-engine-two-owners"
"""
**Same engine, two owners.** The company runs MySQL twice: once on an EC2 instance, installed by hand
years ago, and once on RDS. On EC2, Lena's team patches the Linux
system and MySQL. On RDS, AWS patches the system and, with automatic upgrades on, installs minor
versions of MySQL. The team plans the major ones.

**A tool is not a task.** Think of a bus company that places a ticket machine at every stop. Still
nobody has a ticket until somebody presses the button. Patch Manager is
such a machine. AWS keeps it running. Which instances it covers, which updates are
approved, when it runs and whether it worked: that is your decision and your check. So ask of every
feature: does AWS say *"you can"* or *"we do"*?

## Your turn

A worked example first: "RDS, automatic minor upgrades on. Who brings in the next minor version?"
Find the setting in the figure: it stands in the left lane, so you would type `"aws"`.
"""

# %% slug="questions-who-patches"
questions("who-patches")

# %% slug="answers-ec2-patch-plan"
answers = {
    "ec2-patch-plan-without-date": None,
    "move-containers-off-their-nodes": None,
    "rds-automatic-minor-off": None,
    "lambda-zip-default-mode": None,
    "move-shop-to-beanstalk-updates-off": None,
    "rds-major-version-leaves-support": None,
}

# %% slug="check-answers"
check(answers)

# %% [markdown] slug="a-list-for-ines"
"""
### A list for Lena

A worked example: pick the rows of the guest system over all services that run a workload, and
count their owners. (`not_applicable` means that there is no such layer.)
"""

# %% slug="matrix-load-matrix-guests"
matrix = load_matrix().query("role == 'workload'")
guests = matrix[matrix["domain_id"] == "guest_os"]
guests["responsible"].value_counts().sort_index()

# %% [markdown] slug="now-it-is-your"
"""
Your line: **which services leave the guest system to the customer alone?** Replace `None`
by one line that picks these rows of `guests` and shows the columns `service` and `customer_does`.
Your result should have as many rows as the count for `customer` above.
"""

# %% slug="left-to-the-customer"
left_to_the_customer = None
left_to_the_customer

# %% [markdown] slug="details-summary-one-way"
"""
<details><summary>One way to do it</summary>

`left_to_the_customer = guests.loc[guests["responsible"] == "customer", ["service", "customer_does"]]`

In each of these services you can log in to the system or you bring its image, so you patch it.

</details>

## In practice

Back to Tuesday, nine o'clock. Tariq was right about the systems under RDS, Fargate and Lambda, and
wrong about EC2. Lena sends both engineers to EC2 first. Then they look at one setting in Beanstalk, and at pending maintenance in RDS, which they may start
before the window comes. A flaw in a system library can also lie in the base layers of the Fargate
images and of Lambda functions handed in as images, so these are rebuilt and started anew in the afternoon.

What a team does on Monday:

- **Write the list.** One line for each workload: service, setting, who patches the guest system, who
  patches runtime or engine. Where AWS owns the guest system, write "nothing to install".
- **Turn offers into orders.** Give Patch Manager a schedule and read its report. Look at three
  settings: managed updates in Beanstalk, minor upgrades in RDS, the update mode of each function.
- **Keep a calendar of endings.** Note the end of support of every system, engine and runtime in
  use. Plan the test of the next version some months before that day.

## What this leaves out

- RDS Custom for Oracle, which ends on 31 March 2027: there you log in to the system and patch it yourself.
- The version of Kubernetes itself, which leaves support too: `who("eks_mng", "runtime_engine")`.
- How fast is fast enough. A deadline comes from your own rules or from a contract.

## Sources
"""

# %% slug="sources-aws-shared-responsibility"
sources(
    "aws-shared-responsibility-model",
    "ec2-security",
    "ec2-update-management",
    "systems-manager-patch-manager",
    "ecs-platform-fargate",
    "rds-welcome",
    "rds-custom",
    "rds-maintenance",
    "rds-user-upgradedbinstance-upgrading",
    "rds-extended-support",
    "lambda-runtime-management-shared",
    "lambda-runtimes-update",
    "lambda-runtime-support-policy",
    "elastic-beanstalk-platforms-shared-responsibility",
    "elastic-beanstalk-environment-platform-update-managed",
    "elastic-beanstalk-al1-retirement-faq",
    "eks-managed-node-groups",
    "eks-auto-security",
    "eks-fargate-pod-patching",
    "eks-update-workers",
    "phylax-amazon-linux-2",
)

# %% [markdown] slug="found-a-mistake-report"
"""
Next: [06, Code and dependencies](06-code-and-dependencies.ipynb).

[Index](index.md) by domain, service and exam task. Found a mistake? [Report it](https://github.com/shared-responsibility/shared-responsibility/issues/new).
"""
