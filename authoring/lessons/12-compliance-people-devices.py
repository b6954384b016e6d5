# %% [markdown] slug="compliance-people-and-devices"
"""
# Compliance, people and devices

What does a report prove, and what does it leave to you? Three domains stay with the customer, in whole or in part, in nearly every service: the proof, the people, and the laptop in the train.

## What you will be able to do

- **Say** what an audit report of AWS proves and where it stops (2.2).
- **Sort** any named control, and any domain of a service, into one of three classes (2.1).
- **Explain** why training is shared although neither party trains the other's staff (2.1).
- **Name** who looks after the devices that connect to the cloud, and who says so (2.1).

The number is the task of the exam guide CLF-C02. Plan about 30 minutes.
"""

# %% [markdown] slug="case-hearing-aids"
"""
## A concrete case

Marek's company makes hearing aids. A planning program runs on *Amazon EC2*, virtual servers. Scans of ears lie in *Amazon S3*, a storage service. The staff use *Amazon WorkMail* for post and calendar.

A group of clinics wants to sign a contract. First it sends a questionnaire with four lines:

1. Are the buildings with the servers guarded?
2. Are the access rights of your staff reviewed each year?
3. Are the people who handle our data trained?
4. Are laptops and phones with our data protected against loss?

Marek has found *AWS Artifact*, the service from which customers download AWS's audit reports. "AWS is certified," he says. "We run on AWS. So we attach one report to all four lines."

Adaeze, who answers for quality, is not sure. The clinics want an answer today. Which line gets the report? The company is invented; lists like this one are not.
"""

# %% [markdown] slug="predict-four-classes"
"""
## Predict first

A **control** is a measure that keeps a risk small. Lesson 01 sorted controls into three classes. *Inherited*: AWS carries it out whole. *Shared*: both carry it out, each in its own layers. *Customer-specific*: yours alone.

Which class has each line for this company? Replace `None` by `"inherited"`, `"shared"` or `"customer_specific"`.
"""

# %% slug="prediction-four-lines"
import pandas as pd

from shared_responsibility import (
    check,
    load_matrix,
    load_table,
    plot_control_classes,
    questions,
    readable,
    sources,
    who,
)

prediction = {
    "1 buildings of EC2": None,
    "2 access rights in EC2": None,
    "3 training around EC2": None,
    "4a laptops that reach EC2": None,
    "4b phones with WorkMail": None,
}

# %% [markdown] slug="open-folded-lines"
"""
The next cell is folded. Run it when you are ready.
"""

# %% jupyter={"outputs_hidden": true, "source_hidden": true} slug="answer-four-lines"
cells = [
    who("ec2", "facilities"),
    who("ec2", "identity_access"),
    who("ec2", "people_training"),
    who("ec2", "client_endpoints"),
    who("workmail", "client_endpoints"),
]
lines = [
    {
        "line": line,
        "you": guess,
        "class": cell.control_class,
        "AWS": cell.aws_does,
        "customer": cell.customer_does,
    }
    for (line, guess), cell in zip(prediction.items(), cells, strict=True)
]
readable(pd.DataFrame(lines).set_index("line"))

# %% [markdown] slug="table-named-controls"
"""
One report covers the first line. It covers AWS's part of the third, and nothing that Marek's company does.

## The table

Here are all controls that the course knows by name, sorted by class.
"""

# %% slug="all-named-controls"
controls = load_table("controls").sort_values(["control_class", "name"]).set_index("name")
readable(controls[["control_class", "aws_does", "customer_does"]])

# %% [markdown] slug="three-questions"
"""
To sort a control that is not in the list, ask two questions. *Does AWS carry it out anywhere? Do I?* Only AWS: inherited. Both: shared. Only I: customer-specific. (In *zone security*, the word zone means a part of your system with its own level of protection, not an Availability Zone.)

The shared controls in this table are AWS's own examples. They are kinds of measure, not single tasks.

Now the three domains of this lesson, over all services that run a workload. Tools such as Cost Explorer are left out.
"""

# %% slug="three-domains-over-services"
matrix = load_matrix()
here = ["compliance_governance", "people_training", "client_endpoints"]
workloads = matrix.query("role == 'workload' and domain_id in @here")
workloads.groupby(["domain_id", "responsible"]).size().unstack(fill_value=0).loc[here]

# %% [markdown] slug="first-two-rows"
"""
The first two rows know one owner: shared. The third belongs to the customer, with few exceptions, which we come to.

## The figure

The three classes, for a whole service at once. Each brick is one domain. Its strip shows the class: plain blue for inherited, cut in two for shared, hatched orange for customer-specific. A dashed brick is a layer that the service does not have. The taller a column, the more domains it holds.
"""

# %% slug="plot-control-classes"
plot_control_classes("ec2", "s3", "workmail")

# %% [markdown] slug="read-the-bricks"
"""
Go down the page. The column on the left grows, and the customer's shrinks. So the more AWS runs, the more of the proof you may take over from AWS.

The column in the middle is the treacherous one. A report of AWS speaks about it, tells the truth, and covers one of two parts. *Compliance and evidence* itself stands there, in all three services:
"""

# %% slug="who-ec2-compliance"
who("ec2", "compliance_governance")

# %% [markdown] slug="what-a-report-is"
"""
*Compliance* means to meet rules that bind you, from a law, a standard or a contract, and to be able to show it. A report is a document in which an outside auditor says what was examined at AWS, when, and with what result. So:

- For an **inherited** control, the report is your proof. You cite it.
- For a **shared** control, it proves AWS's part. You add the proof of yours.
- For a **customer-specific** control, it proves nothing. You bring your own.

**A report is not compliance.** AWS can pass an audit on the same day on which your bucket is open to the world.

## Where the rule breaks

**1. The service or the use can be out of scope.** A report names the services that it covers. Sometimes one more step of yours stands between the report and your data:
"""

# %% slug="who-textract-compliance"
who("textract", "compliance_governance")

# %% [markdown] slug="outposts-your-building"
"""
*Textract* reads text from scanned pages, and *PCI DSS* is the standard for card payments. AWS passed the audit, and without the opt-out your card data still do not belong there.

**2. An inherited control can come home.** *Outposts* are machines of AWS in your own building:
"""

# %% slug="who-outposts-compliance"
who("outposts", "compliance_governance")

# %% [markdown] slug="tools-that-help-to-prove"
"""
**3. A tool that measures is not a verdict.** *AWS Config* has conformance packs, bundles of rules named after laws and standards. All green means that these rules found nothing:
"""

# %% slug="who-config-compliance"
who("config", "compliance_governance")

# %% [markdown] slug="audit-manager-and-copies"
"""
*AWS Audit Manager* collects evidence from your account and sorts it by standard. It collects; your auditor judges. (It is closed to new customers; those who have it go on.) And the downloaded report is a confidential document. The copy on your drive is yours to protect.

**4. Training: two groups of people.** AWS trains the people whom it employs. You train yours. AWS also sells courses, and some are free. A course moves the teacher, not the duty: you decide who attends, and you can show that they did. Shared does not mean together.

**5. Devices: a row from another table.** AWS's page on shared responsibility does not name client devices. Microsoft's does. (`relation` says how far a page covers the row: *same*, *part* or *none*. NIST is a US standards office; AC and CM are its controls for access and settings.)
"""

# %% slug="crosswalk-of-devices"
crosswalk = load_table("crosswalk").query("domain_id == 'client_endpoints'").set_index("framework")
readable(crosswalk.loc[["aws", "microsoft", "nist"], ["term", "relation", "note"]])

# %% [markdown] slug="shared-devices"
"""
The course keeps the row because so many break-ins begin there: a key in a file, a session left open. It marks it as the customer's, on nearly every service. These rows differ:
"""

# %% slug="devices-shared"
devices = matrix.query("domain_id == 'client_endpoints' and responsible == 'shared'")
readable(devices.set_index("service")[["service_model", "aws_does", "customer_does"]])

# %% [markdown] slug="saas-and-devices"
"""
All are *SaaS*, software as a service: finished programs that people open in a browser or an app. There AWS has a small part to play on the device or toward it. (Amazon Chime has ended; WorkMail ends on 31 March 2027.) The lock on the screen, the update of the phone and the report of a theft stay with you.

**In the exam**, expect physical controls as *inherited*, "awareness and training" as *shared*, zone security as *customer-specific*, and AWS Artifact as the place from which AWS's reports come. Tell three tools apart: Artifact hands out AWS's reports, Audit Manager collects your evidence, Config checks your settings. A question about client devices would not follow from AWS's page.

## The misconception and its contrast
"""

# %% slug="misconceptions-of-proof"
readable(load_table("misconceptions").set_index("misconception_id").loc[["M06", "M09"]])

# %% [markdown] slug="driving-test"
"""
Think of a kitchen that rents its oven. The maker has the oven tested for safety and hands you the paper. The inspector of food takes it and nods, and then opens your refrigerator.

That is M06. M09 is the reason why the middle column misleads: the tested oven is not half of a clean kitchen. It is all of the oven.

**And the questionnaire?** Adaeze answers line by line.

- *Line 1*: the report, with a check that EC2, S3 and WorkMail are in its scope, for the right period.
- *Line 2*: no report. The company shows its own list of users and the date of the last review.
- *Line 3*: both. The report for AWS's staff, the company's register of courses for its own.
- *Line 4*: the company's device rules and its list of devices. That WorkMail can wipe a phone is AWS's part. That somebody orders the wipe is the company's, and it was tried once.

Marek was right that the report belongs in the answer. It belongs in two of the four lines. And before she attaches it, she reads the terms: who may receive a copy.

## Your turn

A worked example of a question with owner and reason:

> *A tailor's payroll program runs on EC2. Who shows that a leaver's login was closed in time, and why? a. The audit report covers all logins on EC2. b. The login was given by the tailor.* The answer is `"customer, b"`. Reason a stretches a true report over the wrong people.

A question about a named control wants a class, such as `"inherited"`. Where letters are to be chosen or ordered, write them with commas.
"""

# %% slug="questions-whose-proof"
questions("whose-proof")

# %% slug="answers-whose-proof"
answers = {
    "artifact-access-review-proof": None,
    "neptune-cooperative-compliance": None,
    "control-airline-bought-course": None,  # a class
    "zone-harbour-cranes": None,  # a class
    "cloudhsm-payment-bank-proofs": None,  # all letters that hold
    "iam-surveyor-stolen-laptop": None,  # all letters that hold
    "workmail-lost-phone-steps": None,  # all letters, in order
}

check(answers)

# %% [markdown] slug="small-thing-proofs"
"""
### A small thing to do with pandas

Worked example: what can the company cite, and only cite, for its virtual servers?
"""

# %% slug="cited-for-ec2"
ec2 = matrix[matrix["service_id"] == "ec2"].set_index("domain")
readable(ec2.loc[ec2["control_class"] == "inherited", ["aws_does"]])

# %% [markdown] slug="your-line-proofs"
"""
Your line: **for which domains of WorkMail must the company add its own part?** Make a table of the shared domains with the column `customer_does`. The start is the same, with `"workmail"`.
"""

# %% slug="own-part-for-workmail"
own_part = None  # replace None by one or two lines
own_part

# %% [markdown] slug="one-way-proofs"
"""
One way to write it is in the next cell, folded. Each sentence is a line for which your own folder of proof needs a paper.
"""

# %% jupyter={"outputs_hidden": true, "source_hidden": true} slug="solution-proofs"
workmail = matrix[matrix["service_id"] == "workmail"].set_index("domain")
readable(workmail.loc[workmail["control_class"] == "shared", ["customer_does"]])

# %% [markdown] slug="in-practice-proofs"
"""
## In practice: Monday

- Take the list of controls that binds you. Write a class beside each line. Cite, add or bring, by class.
- Download the reports for the services in use. Read scope, period, exceptions, and the part on what AWS expects of its customers.
- Keep a register of training: who, what, when. Begin with those who hold administrator rights.
- Keep a register of devices. Demand a screen lock, an encrypted disk and updates, and no long-term key in a file.
- Try the wipe of a lost phone once, on a spare one.

## What this leaves out

- Which law binds you. That depends on country, trade and data, and a lawyer answers it.
- What single reports contain. SOC, ISO and PCI differ in purpose and form.
- Screening of staff before they are hired, which the course counts under people and training.

## Sources
"""

# %% slug="sources-of-proof"
sources(
    "aws-shared-responsibility-model",
    "aws-services-in-scope",
    "aws-data-center-controls",
    "aws-data-center-data-layer",
    "artifact-what-is",
    "artifact-downloading",
    "audit-manager-controls",
    "config-conformance-packs",
    "textract-compliance",
    "outposts-rack-faq",
    "microsoft-shared-responsibility",
    "nist-800-53-families",
    "ec2-security",
    "workmail-manage-devices",
    "workmail-compliance",
    "quicksight-browsers",
    "chime-auto-update",
)

# %% [markdown] slug="next-lesson-thirteen"
"""
Next: [13, Choosing services](13-choosing-services.ipynb).

[Index](index.md) by domain, service and exam task. Found a mistake? [Report it](https://github.com/shared-responsibility/shared-responsibility/issues/new).
"""
