# %% [markdown] slug="choosing-services"
"""
# Choosing services

The lessons before this one took the domains one by one. Now you use the whole table to choose
services.

## What you will be able to do

- **Strike out** services by the work that your team cannot carry and the decisions that it must keep (2.1).
- **Read** in a chart what a service takes from you: work, and with it a say (2.1).
- **Name** four cases in which a count of rows misleads (2.1).
- **Draw** table and chart for any services, and defend a choice with them (2.1).

The number is the task of the exam guide CLF-C02. Plan about 35 minutes.
"""

# %% slug="import-pandas"
import pandas as pd

from shared_responsibility import (
    check,
    compare,
    load_matrix,
    load_table,
    plot_trade,
    questions,
    readable,
    sources,
    who,
)

# %% [markdown] slug="a-concrete-case-boxes"
"""
## A concrete case

A farmers' cooperative sells vegetable boxes on the web. The shop is one program, packed as a *container
image* (a file that holds the program with its libraries), and a MySQL database with the addresses. Both
run on Amazon EC2, on virtual machines that the cooperative rents. Maya and Ravi look after them, one
day a week each. At harvest time nobody does.

Before the next season they want to move. At the meeting, four people speak:

- Maya: "We cannot go on patching operating systems. Last summer nobody did, for nine weeks."
- Ravi: "But I must decide when the language or the database gets a new version. I have to test the shop first."
- The chair: "The members want the addresses under an encryption key that we govern ourselves."
- Petra, the treasurer: "Then take the service with the least work, and be done."

Eight services stand on the board:

| service | what it is |
|---|---|
| EC2 | virtual machines, as now |
| Lightsail | small virtual machines with fewer choices |
| Elastic Beanstalk | you hand in a web program, it sets up servers for it |
| ECS on AWS Fargate | runs container images, without servers of your own |
| Lambda | runs single functions when they are called |
| RDS | a managed database, such as MySQL |
| Aurora | a managed database of AWS's make that understands MySQL |
| DynamoDB | tables without a database server, in a form of its own |

## Predict first

The first three sentences become two lists of rows. Where Maya speaks, the owner has to be AWS. Where
Ravi and the chair speak, the cooperative must have a *say*: it has work in this row, alone or
shared, so it decides something there.
"""

# %% slug="the-two-lists"
cannot_carry = ["guest_os"]  # the operating system of the workload
must_decide = ["runtime_engine", "key_management"]  # language or database version; keys

# %% [markdown] slug="keep-or-strike"
"""
Which services pass both lists? Replace each `None` by `"keep"` or `"strike"`. You may guess.
"""

# %% slug="prediction"
prediction = {
    "ec2": None,
    "lightsail": None,
    "elastic_beanstalk": None,
    "ecs_fargate": None,
    "lambda": None,
    "rds": None,
    "aurora": None,
    "dynamodb": None,
}

# %% [markdown] slug="the-next-cell-is-folded"
"""
The next cell is folded. Run it when you are ready.
"""

# %% jupyter={"outputs_hidden": true, "source_hidden": true} slug="prediction-answer"
asked = compare(*prediction)
no_work = asked.loc[cannot_carry].isin(["aws", "not_applicable"]).all()
a_say = asked.loc[must_decide].isin(["customer", "shared"]).all()
verdict = (no_work & a_say).map({True: "keep", False: "strike"})
pd.DataFrame({"you": pd.Series(prediction, dtype=object), "verdict": verdict})

# %% [markdown] slug="the-table"
"""
## The table

Here are the three rows that decide, and below them the test as a small function. You need not read its
lines, only run them. It takes a table of
owners and the two lists, and says for each service whether it fits.
"""

# %% slug="the-three-rows"
owners = compare(*prediction)
owners.loc[cannot_carry + must_decide].T


# %% slug="the-test"
def fits(owners, cannot_carry, must_decide):
    """Which services leave the first rows to AWS and keep a say in the second."""
    no_work = owners.loc[cannot_carry].isin(["aws", "not_applicable"]).all()
    a_say = owners.loc[must_decide].isin(["customer", "shared"]).all()
    return no_work & a_say


fitting = fits(owners, cannot_carry, must_decide)
owners.columns[fitting].to_list()

# %% [markdown] slug="why-struck"
"""
Read why the others fall. EC2 and Lightsail leave the operating system to you alone. Elastic Beanstalk
leaves a part of it: you decide about its updates, and you leave old platforms. On DynamoDB, Ravi would
find no version to decide on: AWS patches the database software, and a table shows none.

**Needs come first, counts second.**

## The figure

Now count. The *load* is the work left to you: a row that is yours alone counts 1, a shared row ½. The
*say* is the number of rows in which you have any work. Both come from the same rows, over the layers
that the service has. So no service can lie outside the two dashed lines.
"""

# %% slug="plot-trade-candidates"
plot_trade(*prediction)

# %% [markdown] slug="read-the-figure"
"""
Petra's rule would take the point furthest to the left, DynamoDB. It fails what Ravi needs.

**First the say hardly falls.** Elastic Beanstalk leaves a say in as many rows as EC2, for
less load. Rows that were yours alone became shared: AWS took a part, and you kept a decision.

**Then it falls fast.** Towards DynamoDB, whole rows go to AWS. Each takes work from you, and its
decision goes along. That is the trade of control for duty.

Is that an accident of these eight? Here are all services of the table that carry a workload, in three groups
from little load to much:
"""

# %% slug="the-whole-matrix"
matrix = load_matrix().query("role == 'workload'")
counts = pd.crosstab(matrix["service"], matrix["responsible"])
counts["load"] = counts["customer"] + counts["shared"] / 2
counts["say"] = counts["customer"] + counts["shared"]
labels = ["load up to 9", "load 9.5 to 12", "load 12.5 and more"]
group = pd.cut(counts["load"], [0, 9, 12, 22], labels=labels).rename("group")
counts.groupby(group, observed=True)[["load", "say", "customer", "shared", "aws"]].mean().round(1)

# %% [markdown] slug="the-bend"
"""
Each row is an average. Read from the bottom row up. In the first step the load falls faster than the
say, because `shared` grows at the cost of `customer`. In the second step the say falls faster than the
load: now `shared` shrinks too, and `aws` takes the rows whole. So a first move away from EC2 tends to
cost little control. A further one costs more: ask which rows you give away, and whether you need them.

## Where the rule breaks

**1. One point, two kinds of work.** In RDS Custom you can log in to the machine (for SQL Server; the
form for Oracle ends on 31 March 2027). It stands on the same point as RDS: the same load, the same say. These rows
differ:
"""

# %% slug="same-point"
two = compare("rds", "rds_custom")
two[two["rds"] != two["rds_custom"]]

# %% [markdown] slug="a-setting-moves"
"""
A team that cannot patch must read the row, not the point.

**2. A setting moves the point.** In the usual form, the backup of a DynamoDB table is yours alone.
Switch point-in-time recovery on, and the row is shared: half a unit of load less, and the
same say.
"""

# %% slug="pitr-on"
who("dynamodb", "backup_recovery", variant="pitr_on")

# %% [markdown] slug="a-mixture"
"""
**3. A mixture keeps its heaviest row.** If the program moves and the database stays on EC2, this is
what remains:
"""

# %% slug="a-mixture-table"
compare("ecs_fargate", "ec2").loc[cannot_carry]

# %% [markdown] slug="the-last-machine"
"""
Maya still has to patch, only fewer machines. A skill can be dropped when the *last* service
that needs it is gone.

**4. A good point may be closed.** The table also holds services that have ended or take no new
customers:
"""

# %% slug="lifecycle"
services = load_table("services").set_index("service_id")
services.query("role == 'workload'")["lifecycle"].value_counts()

# %% [markdown] slug="hours-and-exam"
"""
And in all four: a count is not a number of hours. (Lesson 02.)

**In the exam**, words such as "with the least management effort" do not ask for the service with the
least work in the world. They ask for the least among those that meet every need in the text. So strike
out first, then go left.

## The misconceptions and their contrast

Petra's sentence rests on the first of these. The second is its mirror image.
"""

# %% slug="misconceptions"
readable(load_table("misconceptions").set_index("misconception_id").loc[["M02", "M15"]])

# %% [markdown] slug="least-is-not-nothing"
"""
**Least is not nothing.** This is the smallest say in the whole table:
"""

# %% slug="smallest-say"
int(counts["say"].min())

# %% [markdown] slug="an-option-is-no-duty"
"""
People, settings, data and devices stay with you in every service.

**An option is not a duty.** You may put your own network door (a *VPC endpoint*) in front of a DynamoDB
table, and the row is still AWS's, because no duty is missed if you do not. The say in the figure
leaves such options out: it counts rows in which you have work. In the same way, a login that you may use
is not yet a patch that you must install.

## Your turn

First draw any services that you know or plan to use. Change the names in the list and run the cell; a
wrong name gets you the nearest right one. Here are three ways to keep files; `not_applicable` is a
layer that the service does not have.
"""

# %% slug="my-services"
my_services = ["ebs", "efs", "s3"]

compare(*my_services)

# %% slug="my-trade"
plot_trade(*my_services)

# %% [markdown] slug="the-same-with-boxes"
"""
If you like boxes to fill in better: where *ipywidgets* is installed, the two lines
`from shared_responsibility import explore` and `explore("ebs", "efs", "s3")` show the
same table and chart under boxes. The Tab key leads from one to the next.

Now some questions. A worked example of the kind with owner and reason: "Who patches the
database software under a DynamoDB table, and why? a: AWS patches everything that runs in its cloud. b: The table
shows no version, and AWS patches below it." You would type `"aws, b"`. The owner fits both reasons, but
reason a is too wide: on EC2 it is wrong.
"""

# %% slug="questions-carry-and-control"
questions("carry-and-control")

# %% slug="carry-and-control"
carry_and_control = {
    "kendra-archive-search-move": None,
    "move-ministry-tasks-to-managed-instances": None,
    "dms-serverless-toy-maker": None,  # owner and reason
    "rds-custom-dairy-sqlserver-patch": None,  # owner and reason
    "eks-auto-water-balancer-controller": None,  # owner and reason
    "redshift-python-functions": None,  # all letters that hold
    "eks-fargate-eviction-sequence": None,  # all letters in order
}

check(carry_and_control)

# %% [markdown] slug="your-own-lists"
"""
### Your own lists

Worked example: which services that are on offer fit the cooperative's lists, over the whole table?
First the owners of all of them, then the test from above. The last line counts how many fit in each
model.
"""

# %% slug="all-on-offer"
on_offer = services.query("role == 'workload' and lifecycle in ['current', 'renamed']")
all_owners = compare(*on_offer.index)
passed = on_offer[fits(all_owners, cannot_carry, must_decide)]
passed["service_model"].value_counts()

# %% [markdown] slug="your-line"
"""
Your turn: another team has nobody who knows networks. It wants neither a guest system nor firewall rules
(`network_config`) to look after, but it must keep a say in `resilience_capacity`, which means how many zones
(separate groups of data centres) carry the work. Replace `None` by one line with `fits(...)`, as in the
example. Then look at `service_model` as before.
"""

# %% slug="without-networks"
without_networks = None  # on_offer[fits(all_owners, [...], [...])]
without_networks

# %% [markdown] slug="one-way"
"""
<details><summary>One way to do it</summary>

`without_networks = on_offer[fits(all_owners, ["guest_os", "network_config"], ["resilience_capacity"])]`

They carry more than one label, and most of them are no database and run no program. The test finds what you could carry. What does your job is another question.

</details>

## In practice

Back to the meeting. Four services are left: two for the program, two for the database. The
shop is a program that runs all day in an image, so it goes to Fargate as it is. For Lambda it would have
to be adapted. For the database, this is where RDS and Aurora differ:
"""

# %% slug="rds-or-aurora"
last_two = compare("rds", "aurora")
last_two[last_two["rds"] != last_two["aurora"]]

# %% slug="who-rds-encryption"
who("rds", "encryption_at_rest")

# %% [markdown] slug="the-decision"
"""
The matrix does not decide between them, and it knows no prices. They take RDS, because it runs the MySQL
that they have, and write on the list: *order encryption, with our own key, on the day the database is created.*
Petra gets an honest answer: not the least work, but less, no systems to patch, and a say in the two rows that
matter. Until the last EC2 machine is switched off, Maya keeps patching.

What a team does on Monday:

- **Write two lists** before you look at any service: rows that you cannot carry, rows in which you must decide.
- **Strike out, then count.** Compare loads only among services that meet all needs.
- **Put a name beside each row that stays.** Read `customer_does`. A row without a name is a reason to
  choose another service, or to pay for help.
- **Note the settings** that move a row, and the day on which the service or the version ends.

## What this leaves out

- Price, speed, Regions, and how hard it is to leave again. The table knows none of them.
- Weights. If a row costs your team a day a week, let it count more than 1.

## Sources
"""

# %% slug="sources"
sources(
    "clf-c02-objectives",
    "aws-shared-responsibility-model",
    "ec2-security",
    "ec2-ebsencryption",
    "lightsail-update-management",
    "lightsail-faq",
    "elastic-beanstalk-platforms-shared-responsibility",
    "ecs-platform-fargate",
    "ecs-fargate-task-storage",
    "lambda-runtime-management-shared",
    "lambda-encrypt-zip-package",
    "rds-user-upgradedbinstance-upgrading",
    "rds-overview-encryption",
    "aurora-extended-support-overview",
    "aurora-overview-encryption",
    "rds-custom",
    "rds-custom-managing-oracle",
    "rds-custom-setup-oracle",
    "dynamodb-configuration-vulnerability",
    "dynamodb-encryptionatrest",
    "dynamodb-pitr",
    "dynamodb-pitr-current",
)

# %% [markdown] slug="next-and-report"
"""
Next: [14, Post-mortems](14-post-mortems.ipynb).

[Index](index.md) by domain, service and exam task. Found a mistake? [Report it](https://github.com/shared-responsibility/shared-responsibility/issues/new).
"""
