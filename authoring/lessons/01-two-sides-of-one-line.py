# %% [markdown] slug="two-sides-of-one"
"""
# Two sides of one line

The course begins with one service, Amazon EC2, and asks of each *domain*, each area of security work: who has work to do here?

## What you will be able to do

- **Tell** security *of* the cloud from security *in* the cloud (2.1).
- **Name** the party that must act, for any layer of a virtual machine on AWS (2.1).
- **Sort** a control into one of three classes: inherited, shared, customer-specific (2.1).
- **Explain** why patch management is a shared control while patching your own system is your task alone (2.1).

The number is the task of the exam guide CLF-C02. Plan about 35 minutes.
"""

# %% [markdown] slug="a-concrete-case-january"
"""
## A concrete case

January 2018. Two flaws in processors become known, Meltdown and Spectre: a program may read memory that is not its own. A hospital group runs its appointment system on Amazon EC2. EC2 rents out *instances*, which are virtual machines: computers made of software, many of them on one physical server.

Omar looks after the servers. He reads in a bulletin of AWS that the *hosts* of EC2 are protected: the physical servers with the software that AWS runs on them. Omar wants to close the ticket: "AWS has fixed it."

His colleague Ines hesitates: "The hosts are theirs. Does that also fix the Linux inside our instances?" An operating system inside a virtual machine is called a **guest system**.

The hospital is invented; the flaws and the bulletin are real. Should they close the ticket?
"""

# %% [markdown] slug="predict-first-five-pieces"
"""
## Predict first

Five pieces of EC2, from the bottom to the top. Who has work to do there? Replace each `None` by `"aws"`, `"customer"` or `"shared"`. Shared means here: both must act, each at its own layer, and neither can do the other's part.

You may guess, or leave a `None`.
"""

# %% slug="import-pandas-as-pd"
import pandas as pd

from shared_responsibility import (
    check,
    load_matrix,
    load_table,
    plot_service,
    questions,
    readable,
    sources,
    who,
)

prediction = {
    "hardware": None,  # servers and disks
    "virtualization": None,  # the software that divides a server into instances
    "guest_os": None,  # the operating system inside an instance
    "network_config": None,  # the firewall rules around an instance
    "compliance_governance": None,  # proof for an auditor
}

# %% [markdown] slug="run-the-next-cell"
"""
The next cell is folded. Run it when you are ready. The column `you` is your prediction.
"""

# %% jupyter={"outputs_hidden": true, "source_hidden": true} slug="pd-set-option-display"
ec2 = load_matrix().query("service_id == 'ec2'").set_index("domain_id")
seen = ec2.loc[list(prediction), ["responsible", "aws_does", "customer_does"]]
seen.insert(0, "you", pd.Series(prediction, dtype=object))
readable(seen)

# %% [markdown] slug="look-at-the-row"
"""
Look at the row `network_config`. A *VPC* is a private network inside AWS. A *security group* is a set of firewall rules around an instance. AWS supplies the firewall and filters packets by the rules; the customer writes the rules. To offer a tool is not to do the work, so the owner is the customer alone.

## The rule

**Security of the cloud** is AWS's side: it protects what runs the services, from the building up to the *hypervisor*, the software that divides one server into many instances, and the programs of the service itself. **Security in the cloud** is the customer's side: what it puts into the cloud, how it sets it up, and who may use it.

There are two **parties**, AWS and the customer. A row of the table has one of four marks:

| mark | meaning |
|---|---|
| `aws` | the work is AWS's alone |
| `customer` | the work is the customer's alone, even where AWS supplies a tool for it |
| `shared` | both must act, each at its own layer |
| `not_applicable` | this service has no such layer, so nobody can be asked |

A supplier is no third party. If you pay a firm to run your instances, it works on your side of the line. In 2017 a supplier of Verizon left a *bucket*, a container for files in the storage service S3, open to the public. The failure lay on the customer's side, and the trouble was Verizon's.

## The table

Here are all domains of EC2, from the building to the laptop, collected by owner.
"""

# %% slug="by-owner-ec2-groupby"
by_owner = ec2.groupby("responsible")["domain"].agg(["count", ", ".join])
readable(by_owner.rename(columns={"join": "domains"}))

# %% [markdown] slug="the-figure-read-it"
"""
## The figure

Read it from bottom to top, as a building is built. Each dot is one domain: in the lane of AWS on the left, of the customer on the right, or in the middle, with both colours. *IaaS*, infrastructure as a service, is the model in which you rent a machine and own the operating system on it. EC2 follows that model in every row; other services do not.
"""

# %% slug="plot-service-ec2"
plot_service("ec2")

# %% [markdown] slug="the-left-lane-is"
"""
The lowest group of dots is AWS's, from the building to the software of the service itself. Right above them stands the guest system, and there the customer begins. That step is the line.

## Three classes of control

A **control** is a measure that keeps a risk small: a locked door, a patch, a training. AWS sorts the controls of its customers into three classes.

- **Inherited**: AWS carries it out whole, and you take it over with its evidence.
- **Shared**: the same kind of control is carried out by both, each for its own layers. It is *not* half a task each.
- **Customer-specific**: it depends on what you build, so it is yours alone.
"""

# %% slug="from-shared-responsibility-tables"
controls = load_table("controls").set_index("name").sort_values("control_class", kind="stable")
readable(controls[["control_class", "aws_does", "customer_does"]])

# %% [markdown] slug="a-class-of-control"
"""
A class of control and an owner say the same thing in two languages: `inherited` goes with `aws`, `shared` with `shared`, `customer_specific` with `customer`. Inherited is not a fourth party. It is how AWS's work looks from your chair. (A *Region*, in the table, is a group of data centres in one part of the world; you pick it.)

## An analogy, and where it breaks

Think of a climbing hall. It has all three classes of control.

| in the hall | who acts | class |
|---|---|---|
| the bolts in the wall hold | the hall; you rely on it | inherited |
| equipment is checked | the hall checks its ropes and mats, you check your harness | shared |
| the right knot, on a route that you can climb | you | customer-specific |

A checked rope checks no harness. If you rent the harness, the hall looks after its seams, but you still close the buckle: so the line can move without going away.

The picture breaks in three places.

- **A trainer sees a bad knot and calls out.** AWS does not look inside your instance unless you switch on a service that does. It can write to you when harm shows from outside.
- **You can touch a bolt.** You cannot enter the data centre. You rely on people who examined it, so their reports are part of the bargain.
- **Nobody in the hall pulls at your knot.** In the cloud, strangers try every setting, and a fall hurts the people whose data you keep.

## Where the rule breaks

"Below the line AWS, above it the customer" is a first guess. It fails in three ways.

**1. Some domains lie on both sides.** Look at the objects of the two sentences in each row: they differ.
"""

# %% slug="ec2-loc-ec2-responsible"
readable(ec2.loc[ec2["responsible"] == "shared", ["aws_does", "customer_does"]])

# %% [markdown] slug="the-row-key-management"
"""
The row `key_management` is about encryption keys. AWS guards the key itself in its key service, KMS. The customer decides who may use it.

**2. Some layers do not exist.** Then nobody has work, and "AWS does it" is wrong too. EBS is the service of virtual disks for instances; IAM is the service for permissions.
"""

# %% slug="matrix-load-matrix-matrix"
matrix = load_matrix()
ebs = matrix[matrix["service_id"] == "ebs"].set_index("domain")
readable(ebs.loc[ebs["responsible"] == "not_applicable", ["aws_does", "customer_does"]])

# %% [markdown] slug="3-an-inherited-control"
"""
**3. An inherited control leaves you one thing: to show it.** You cannot inspect the data centre. You take AWS's audit reports from AWS Artifact, the service that hands them out, and show them to your auditor.
"""

# %% slug="who-ec2-facilities"
who("ec2", "facilities")

# %% [markdown] slug="two-cases-that-look"
"""
## Two cases that look alike

| | patch management | patching the guest system of an EC2 instance |
|---|---|---|
| what it is | a named control over all layers | one task on one layer |
| who acts | AWS patches the infrastructure, you patch guest systems and applications | you |
| answer | **shared** | **customer** |

Both answers follow from AWS's own pages, and they do not clash, because the two questions differ in **grain**, that is, in size. The course uses three grains: a *task* has exactly one owner, a *cell* is a whole domain of one service, a *named control* is a kind of measure and can reach over many layers and services.

Here is a belief to watch for:
"""

# %% slug="belief-m09"
readable(load_table("misconceptions").set_index("misconception_id").loc[["M09"]])

# %% [markdown] slug="in-the-exam-look-at-the-noun"
"""
If you patch half of your guest systems, AWS does not patch the rest.

**In the exam**, look at the noun. "Patch management" or "configuration management", without a service, takes *shared*, because AWS lists them so. "Patch the operating system of an EC2 instance" takes *customer*, because only the customer can log in.

And the ticket? The bulletin that speaks of protected hosts also advises customers to patch their guest systems. One flaw needed two patches, one on each side of the line. Omar and Ines keep the ticket open, and this row says why.
"""

# %% slug="who-ec2-guest-os"
who("ec2", "guest_os")

# %% [markdown] slug="your-turn-six-questions"
"""
## Your turn

Look at the words under each question: they tell you its grain. A question about a named control wants a class. For "zone security" you would type `"customer_specific"`: AWS offers the filters, but only the customer knows which data belong in which zone. The last question wants every letter that holds, such as `"a, c"`: for each line, ask whether any work is left to the insurer.
"""

# %% slug="questions-two-sides"
questions("two-sides")

# %% slug="two-sides-ec2-kernel"
two_sides = {
    "ec2-kernel-fix-new-image": None,
    "ec2-neighbour-memory": None,
    "control-power-and-fire": None,  # a class
    "control-settings-on-both-sides": None,  # a class
    "ec2-clinic-evidence": None,
    "patching-two-sentences": None,
    "ec2-insurer-questionnaire": None,  # all letters that hold
}

check(two_sides)

# %% [markdown] slug="a-small-thing-to"
"""
### A small thing to do with pandas

pandas is the Python library for tables. Worked example: how many domains of EC2 belong to each owner?
"""

# %% slug="ec2-responsible-value-counts"
ec2["responsible"].value_counts()

# %% [markdown] slug="your-line-count-the"
"""
Your line: count the owners of Amazon RDS, the managed database. First take the rows of `matrix` whose `service_id` is `"rds"`, as the cell about EBS did. Which number do you expect to fall?
"""

# %% slug="rds-owners-none-replace"
rds_owners = None  # replace None by one line

rds_owners

# %% [markdown] slug="one-way-to-write"
"""
One way to write it is in the next cell, folded.
"""

# %% jupyter={"outputs_hidden": true, "source_hidden": true} slug="matrix-query-service-id"
matrix.query("service_id == 'rds'")["responsible"].value_counts()

# %% [markdown] slug="the-customer-s-own"
"""
The customer's own domains get fewer and the shared ones more. Much of the work does not leave you: it is divided anew.

## In practice: Monday

- Take one system. For each domain write **two** sentences, what AWS does and what we do. If ours is empty and the owner is not AWS, a task has no owner.
- Under every shared control in your risk list, name the person who does *your* part, and how often.
- Put AWS's audit reports next to the inherited controls, and stop writing procedures for doors that you do not have.

## What this leaves out

- Contracts and law. Who must act is one question, who is liable in court is another.
- Client devices. AWS's page does not name them; that row of the table rests on Microsoft's model.
- Incident response. AWS's page does not name it as a control either; the table marks it as shared with medium confidence.

## Sources
"""

# %% slug="sources-aws-shared-responsibility"
sources(
    "aws-shared-responsibility-model",
    "ec2-security",
    "ec2-infrastructure-security",
    "ec2-security-groups",
    "aws-data-center-controls",
    "aws-bulletin-2018-013",
    "aws-services-in-scope",
    "darkreading-verizon-nice",
    "microsoft-shared-responsibility",
)

# %% [markdown] slug="next-lesson-02-found"
"""
Next: [02, How the line moves](02-how-the-line-moves.ipynb).

[Index](index.md) by domain, service and exam task. Found a mistake? [Report it](https://github.com/shared-responsibility/shared-responsibility/issues/new).
"""
