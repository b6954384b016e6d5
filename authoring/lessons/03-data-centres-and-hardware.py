# %% [markdown] slug="data-centres-and-hardware"
"""
# Data centres and hardware

Three domains of security stand on the ground: the building, the machines in it, and the cables between the buildings. You rely on all three and may touch none. So the skill of this lesson is proof.

## What you will be able to do

- **Name** who looks after buildings, machines and network links on AWS, and where the answer changes (2.1).
- **Explain** what an inherited control is and what it leaves to you (2.1).
- **Trace** the chain of evidence from a guarded door to your own auditor (2.2).
- **Sort** the lines of an audit list: AWS's report, your own proof, or both (2.2).

The number is the task of the exam guide CLF-C02. Plan about 30 minutes.
"""

# %% [markdown] slug="case-rosa-and-five-lines"
"""
## A concrete case

Marta is risk officer of a credit cooperative. Its loan program runs on Amazon EC2, virtual servers of AWS. Old contracts lie in Amazon S3, a storage service. One branch has a rack from AWS Outposts: AWS's machines, placed in the branch's old vault. Another branch has a small server of its own with a *Storage Gateway*, a program that moves local files into the cloud.

The yearly audit brings a list with five lines:

1. Who guards the rooms in which EC2 runs?
2. Who destroys the worn-out disks of S3?
3. Who guards the room of the Outposts rack?
4. Who repairs the machines in that rack?
5. Who guards and powers the room of the gateway, and what lies behind it?

"They are our data, so we inspect the buildings," says Anders from IT. "I will ask AWS for a date." His colleague disagrees: "All of it is AWS. One report, five ticks." The auditor comes on Friday. Marta must decide which line gets which paper.
"""

# %% [markdown] slug="predict-five-lines"
"""
## Predict first

For each line, who has work to do? Replace each `None` by `"aws"`, `"customer"` or `"shared"` (both must act, each on its own part). Guess where you do not know.
"""

# %% slug="prediction-five-lines"
import pandas as pd

from shared_responsibility import (
    check,
    exceptions,
    load_matrix,
    load_table,
    plot_evidence,
    questions,
    readable,
    shift,
    sources,
    who,
)

prediction = {
    "1 EC2, rooms": None,
    "2 S3, disks": None,
    "3 Outposts, room": None,
    "4 Outposts, machines": None,
    "5 gateway, room": None,
}

# %% [markdown] slug="run-folded-answer"
"""
The next cell is folded. Run it when you are ready. The column `you` is your prediction.
"""

# %% jupyter={"outputs_hidden": true, "source_hidden": true} slug="answer-five-lines"
lines = [
    who("ec2", "facilities"),
    who("s3", "hardware"),
    who("outposts", "facilities"),
    who("outposts", "hardware"),
    who("storage_gateway", "facilities"),
]
seen = [
    (line, guess, cell.responsible, cell.aws_does, cell.customer_does)
    for (line, guess), cell in zip(prediction.items(), lines, strict=False)
]
columns = ["line", "you", "owner", "AWS", "customer"]
readable(pd.DataFrame(seen, columns=columns).set_index("line"))

# %% [markdown] slug="table-of-the-ground"
"""
Both colleagues were wrong, on different lines. Let us see why.

## The table

The course calls the three domains *facilities* (buildings, guards, power, cooling, fire protection, choice of the site), *hardware* (buying, repairing and destroying servers and disks) and *provider network* (cables between buildings, the way to the internet, defence against floods of network traffic). First the first guess: the owner in each service model, from your own cellar on the left to finished software on the right.
"""

# %% slug="ground-by-model"
ground = ["facilities", "hardware", "provider_network"]
shift().loc[ground]

# %% [markdown] slug="count-over-services"
"""
In your own cellar, all three are yours. As soon as you rent, whatever the model, they are AWS's. Now the real services: how many of them have which owner?
"""

# %% slug="ground-over-services"
matrix = load_matrix()
here = matrix[matrix["domain_id"].isin(ground)]
here.groupby(["domain", "responsible"], sort=False).size().unstack(fill_value=0)

# %% [markdown] slug="inherited-controls"
"""
A handful of cells differ; we come to them. (`not_applicable` stands for programs on your own computer, which have no such layer.) Here is one of the usual cells, the network below EC2. Shield Standard is AWS's defence against common floods of traffic. It works for every customer, who sets nothing:
"""

# %% slug="who-ec2-provider-network"
who("ec2", "provider_network")

# %% [markdown] slug="control-and-inherited"
"""
A *control* is a measure that keeps a risk small, such as a locked door. A control that AWS carries out whole is called **inherited**: you take it over together with its result. The table of controls has three of this class.
"""

# %% slug="three-inherited-controls"
controls = load_table("controls").query("control_class == 'inherited'").set_index("name")
readable(controls[["aws_does", "customer_does"]])

# %% [markdown] slug="inherited-is-not-unproven"
"""
Customers rely on what they cannot see. So AWS has itself examined by auditors from outside, and hands out what they have written.

## The figure

Read the upper half from left to right, as the proof travels. Grey boxes belong to neither party: an auditor examines, but does not do the work. Then read the lower half: all domains of EC2, by what the customer can show for them.
"""

# %% slug="plot-evidence-ec2"
plot_evidence("ec2")

# %% [markdown] slug="walk-the-chain"
"""
Walk the chain once with line 1 of Marta's list, the guarded rooms of EC2.

- **AWS acts.** Guards, cameras, doors that ask for two factors.
- **An outside auditor attests.** To attest is to examine and to sign for it.
- **AWS hands out.** *AWS Artifact* is the service for this: audit reports (names such as SOC, ISO and PCI) to download at no charge. Some come only after a nondisclosure agreement, a promise to keep them confidential.
- **The customer reads.** Is the service in the scope of the report? Which period does it cover? Which faults did the auditor find? What does the report expect of its reader? A file that nobody has read proves little.
- **Your own auditor decides**, and asks about your side as well.

Two things stay with you even where AWS does all the work. The copy that you download is yours to protect: each carries its own mark, and it may go to your regulators and auditors, not onto your website. And a report speaks of AWS only. On how you use EC2, it has no word.
"""

# %% slug="who-artifact-compliance"
who("artifact", "compliance_governance")

# %% [markdown] slug="sydney-a-report-is-no-promise"
"""
### A report is not a promise: Sydney 2016

An audit shows that a control exists and how it worked when it was examined. It can still fail.
"""

# %% slug="sydney-2016"
incidents = load_table("incidents").set_index("incident_id")
readable(incidents.loc[["sydney_power_2016"], ["year", "what_happened", "failed_side", "lesson"]])

# %% [markdown] slug="sydney-two-duties"
"""
A *zone* (Availability Zone) is one or more data centres with power of their own; a *Region* holds several zones. Power was AWS's duty, and AWS failed in it. Was there anything left for customers? Yes, but in another domain: whether a program runs in one zone or in two.
"""

# %% slug="who-ec2-resilience"
who("ec2", "resilience_capacity")

# %% [markdown] slug="where-the-ground-moves"
"""
So the cooperative relies on AWS for power, and on its own plan for the hour without it. Lesson 10 returns to this.

## Where the rule breaks

The exceptions are the cells in which the ground is not, or not only, AWS's.
"""

# %% slug="exceptions-of-the-ground"
names = list(here["domain"].unique())
readable(exceptions().query("domain in @names").set_index("service"))

# %% [markdown] slug="two-questions-building-box"
"""
Two questions sort them all: **whose building? whose box?**

- **Outposts**: the building is yours, the box is AWS's. You give floor, power, cooling and a locked door, and the line to the Region. AWS watches the rack and replaces failed machines. You let its people in.
- **Snow Family**: a rugged case with disks, which AWS sends you to carry data. The box is AWS's for its whole life, and AWS erases it at the end. The building is yours while you have the box. (AWS no longer offers Snowball Edge to new customers.)
- **Storage Gateway**: on a server in your rooms, both are yours; only the cloud side is AWS's. Put the same gateway on EC2, and neither is yours.
- **IoT Greengrass**: runs programs on small devices in the field. The devices are yours, wherever they hang.

With three of the four, a setting or a place decides. The table of variants names it:
"""

# %% slug="variants-of-the-ground"
variants = load_table("variants")
of_three = variants["service_id"].isin(["snow_family", "storage_gateway", "iot_greengrass"])
moved = variants[of_three & variants["domain_id"].isin(ground)]
moved = moved.set_index(["service_id", "domain_id"])
readable(moved[["setting", "responsible", "customer_does"]])

# %% [markdown] slug="near-is-not-yours"
"""
Nearness does not decide. A Local Zone may stand ten minutes from your office. Its building is AWS's all the same:
"""

# %% slug="who-local-zones-facilities"
who("local_zones", "facilities")

# %% [markdown] slug="exam-and-misconception"
"""
**In the exam**, a question about buildings, disks or cables that names no such device takes AWS. If it names a rack in the customer's own room, read whose building it is.

## The misconception and its contrast

Anders wanted to inspect everything; his colleague wanted to prove nothing. Both beliefs are common:
"""

# %% slug="beliefs-m12-m06"
readable(load_table("misconceptions").set_index("misconception_id").loc[["M12", "M06"]])

# %% [markdown] slug="two-disks"
"""
**Two disks, two owners.** A disk of S3 wears out: AWS destroys it, and the cooperative points to the report. A disk of the server under the gateway wears out: the cooperative destroys it and needs its own record. To delete a file that you no longer need is always your work; to destroy a disk is the work of the party that owns it.

## Your turn

Some questions want more than one word. A worked example:

> A library's Outposts rack has a failed host. Who replaces it, and why? Parties: `aws`, `customer`. Reasons: a) the rack stands in the library's cellar; b) the machines in the rack are AWS's to repair.

The building is the library's, the box is AWS's. The question asks about the box, so you type `"aws, b"`. For "choose all that apply", type every letter that holds, such as `"a, c"`. For an order, type all letters from first to last, such as `"b, a, d, c"`.
"""

# %% slug="questions-buildings-and-disks"
questions("buildings-and-disks")

# %% slug="answers-buildings-and-disks"
buildings_and_disks = {
    "artifact-door-in-report": None,
    "audit-manager-shredder-photo": None,  # a class of control
    "aurora-notary-visit": None,  # a letter
    "directory-cables-between-zones": None,  # owner and reason
    "iot-core-bus-positions": None,
    "artifact-auditor-five-points": None,  # every letter that holds
    "snow-lighthouse-suspicious-case": None,  # all letters in order
}

check(buildings_and_disks)

# %% [markdown] slug="small-thing-which-services"
"""
### A small thing to do with pandas

Worked example: which services leave the *building* to the customer alone? `here` holds all cells of the three domains.
"""

# %% slug="building-customer-alone"
is_building = here["domain_id"] == "facilities"
here.loc[is_building & (here["responsible"] == "customer"), "service"]

# %% [markdown] slug="your-line-report-not-enough"
"""
Your line: for which services is AWS's report **not enough**, in at least one of the three domains? Pick the rows whose owner is `customer` or `shared` (`.isin([...])` asks for both), and show the columns `service`, `domain` and `customer_does`. Then, if you like, draw one of these services with `plot_evidence`.
"""

# %% slug="not-enough"
not_enough = None  # replace None by one line

not_enough

# %% [markdown] slug="one-way-folded"
"""
One way to write it is in the next cell, folded.
"""

# %% jupyter={"outputs_hidden": true, "source_hidden": true} slug="solution-not-enough"
not_aws = here["responsible"].isin(["customer", "shared"])
readable(here.loc[not_aws, ["service", "domain", "customer_does"]])

# %% [markdown] slug="monday-and-settled"
"""
You should see as many rows as there are exceptions above.

## The case, settled

On Friday Marta has five answers. **Lines 1 and 2**: AWS's reports from Artifact, read, with a note on scope and period. **Line 3**: her own papers, the list of people with a key to the vault and the test of its power supply; no report of AWS covers that room. **Line 4**: AWS's report, and a note of who lets the technician in. **Line 5**: both, her own papers for the room and AWS's report for what lies behind it. Nobody visits a data centre.

## In practice: Monday

- List every building and every box that your systems use. Ask of each: whose?
- Name one person who downloads AWS's reports each year, reads scope, period and faults, and files a page of notes.
- Check that each service you use is in scope of the programme that you must meet. AWS publishes the list.
- Delete procedures for doors that you do not have. Write those for racks, devices and gateways that you do have.

## What this leaves out

- Which programme (SOC, ISO, PCI) fits which law. Lesson 12 sorts what a report proves.
- Encryption on the links. AWS protects the cables; what protects your data on the way is in lesson 07.
- Wavelength zones, which stand with telephone companies: `who("wavelength", "facilities")`.

## Sources
"""

# %% slug="sources-of-the-ground"
sources(
    "aws-shared-responsibility-model",
    "aws-data-center-controls",
    "aws-data-center-data-layer",
    "aws-nitro-system-security",
    "artifact-what-is",
    "artifact-downloading",
    "aws-services-in-scope",
    "aws-message-4372t8",
    "shield-standard-summary",
    "ec2-best-practices",
    "outposts-rack-faq",
    "outposts-maintenance",
    "outposts-ha-failure-modes",
    "snow-protect-device",
    "snow-import-notice",
    "storage-gateway-requirements",
    "storage-gateway-ec2",
    "iot-greengrass-vulnerability",
)

# %% [markdown] slug="next-lesson-04"
"""
Next: [04, Hypervisor and service platform](04-hypervisor-and-service-platform.ipynb).

[Index](index.md) by domain, service and exam task. Found a mistake? [Report it](https://github.com/shared-responsibility/shared-responsibility/issues/new).
"""
