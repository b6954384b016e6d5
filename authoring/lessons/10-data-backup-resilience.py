# %% [markdown] slug="data-backup-and-resilience"
"""
# Data, backup and resilience

Which loss does which copy undo? Data can be lost in two ways: something breaks, or somebody deletes. A copy that helps against the first may be useless against the second.

## What you will be able to do

- **Tell apart** the loss of a disk or zone and the loss by deletion, and name who has work for each (2.1).
- **Decide** for a service and a setting whether anything is being backed up (2.1).
- **Say** who decides what data mean, and what a scanner can and cannot do (2.1).
- **Place** a copy where a stolen login does not reach it (2.1).

This is CLF-C02 task 2.1. Plan about 35 minutes.
"""

# %% [markdown] slug="a-concrete-case-choir"
"""
## A concrete case

A radio archive keeps old recordings in *Amazon S3*, a service that stores files as *objects* in containers named *buckets*. On Monday Bruno runs a clean-up script. A letter is wrong in it, and four thousand recordings are deleted.

Edith, who heads the archive, stays calm. "S3 keeps each object in at least three *Availability Zones*" (a zone is one or more data centres with power and network of their own). "They say that nothing is ever lost there. Ask AWS to put the other copies back."

Bruno starts a message to the broadcasters: "Your recordings will be back by Wednesday." Should he send it? Decide before you read on. The archive is invented. A company that had to close is not; you meet it below.
"""

# %% [markdown] slug="predict-first-two-losses"
"""
## Predict first

Four services and two events. *EBS* offers virtual disks, *RDS* is a managed database, and *DynamoDB* is a database without servers to manage. Take each service without special settings. Who has work to do so that the data survive: `"aws"`, `"customer"` or `"shared"` (each has work of its own)? Replace what you can; you may guess.
"""

# %% slug="prediction-two-losses"
import pandas as pd

from shared_responsibility import (
    check,
    compare,
    load_matrix,
    load_table,
    plot_two_losses,
    questions,
    readable,
    sources,
    who,
)

when_something_breaks = {"s3": None, "ebs": None, "rds": None, "dynamodb": None}
when_somebody_deletes = {"s3": None, "ebs": None, "rds": None, "dynamodb": None}

# %% [markdown] slug="open-the-answer-losses"
"""
Run the next cell when you are ready.
"""

# %% jupyter={"outputs_hidden": true, "source_hidden": true} slug="answer-two-losses"
owners = compare("s3", "ebs", "rds", "dynamodb")
pd.DataFrame(
    {
        "breaks: you": pd.Series(when_something_breaks, dtype=object),
        "breaks: owner": owners.loc["resilience_capacity"],
        "deletes: you": pd.Series(when_somebody_deletes, dtype=object),
        "deletes: owner": owners.loc["backup_recovery"],
    }
)

# %% [markdown] slug="two-domains-two-questions"
"""
The course keeps the two events in two domains:

- `resilience_capacity`, *availability and capacity*: does the service go on, and do the data survive, when a disk, a machine or a zone fails?
- `backup_recovery`, *backup and recovery*: can you return to the state before a mistake? A *backup* is a copy of an earlier state, kept apart, from which you can restore.

A live copy follows the original. That is its purpose. When you delete, it deletes too. A backup stays behind, and that is *its* purpose. (A *snapshot*, in the table, is the backup of a disk or a database at one moment.)

## The table
"""

# %% slug="table-of-two-losses"
matrix = load_matrix()
chosen = ["ebs", "s3", "dynamodb", "rds"]
two_domains = ["resilience_capacity", "backup_recovery"]
cells = matrix.query("service_id in @chosen and domain_id in @two_domains")
readable(cells.set_index(["service", "domain"])[["responsible", "aws_does", "customer_does"]])

# %% [markdown] slug="the-figure-two-losses"
"""
## The figure

The same question for more services, in a grid. From left to right: who has work when a zone or disk fails. From top to bottom: who has work when somebody deletes. Plain blue is AWS, hatched orange is the customer, a box cut in two means that both have work.
"""

# %% slug="plot-two-losses-nine"
plot_two_losses("ec2", "ebs", "s3", "s3_glacier", "dynamodb", "lambda", "rds", "efs", "workmail")

# %% [markdown] slug="read-the-grid"
"""
The top row is empty. None of these services leaves deletion to AWS alone, because AWS cannot know which deletion was a mistake. Now look at the column on the left: *S3 Glacier* vaults (a service of their own, closed to new customers; the storage classes of that name belong to S3) spread each archive over several zones unasked, and still a deleted archive is yours to replace. High durability and no backup live in one box.

## Where the rule breaks

The owner of a cell can hang on one setting. The table of variants lists some. (*API* means by a program, *CLI* by typed commands.)
"""

# %% slug="variants-of-two-losses"
variants = load_table("variants").query("domain_id in @two_domains").set_index("service_id")
shown = ["domain_id", "setting", "responsible", "aws_does", "customer_does"]
readable(variants.loc[["s3", "dynamodb", "efs", "rds"], shown])

# %% [markdown] slug="four-settings-in-words"
"""
**Versioning** in S3 keeps the earlier version when an object is overwritten or deleted. With it on, AWS has real work, so the cell is shared. It is off until you turn it on.

**Point-in-time recovery** in DynamoDB lets you return to any second of a period that you set. It is off by default, too.

**Retention** in RDS is the number of days for which automated backups are kept. Zero means that there are none.

**EFS**, a shared file system, shows that even the way of creation counts: made in the console, it gets daily backups; made by a program as a regional file system (one that spans zones) without the option, it gets none.

**Multi-AZ** in RDS keeps a *standby*, a second database in another zone, in step with the first. The *failover*, the change over to it, is AWS's work alone. Yet a `DELETE` that you send reaches the standby as well: it is kept in step. Multi-AZ answers the first loss and not the second.

**In the exam**:

- Storing data on several devices or zones inside S3 or DynamoDB: *AWS*.
- Taking the automated backups of an RDS database: *AWS*, as AWS's table of duties says. Setting how long they are kept, and trying a restore: *customer*. The whole cell is therefore shared.
- Snapshots, the backups of EBS disks: *customer*.
- Backups of DynamoDB: *shared* is a possible reading, since AWS keeps the copies once they exist. The course marks the cell as the customer's, since nothing is copied until the customer asks.

## What are the data worth? Classification

Before you can say which copies you need, someone has to say what the data are. To *classify* means to sort data by how much harm their loss or their publication would do: public, internal, personal. From the class follows the rest: who may read, how long to keep, how many copies, when to delete.

AWS sees bytes. It does not know that one column is a diagnosis and another is a parking space. It moves nothing to a safer place on its own. *Amazon Macie* is a scanner that looks for patterns of sensitive data in S3 when you ask it to. It helps you to find data; the class is still your decision:
"""

# %% slug="who-macie-customer-data"
who("macie", "customer_data")

# %% [markdown] slug="code-spaces-case"
"""
Encryption does not change that. A name that a developer writes into a part of a message that is not encrypted stays readable, whoever holds the key.

## A company that had to close

Code Spaces kept program code for software developers, all of it on AWS. One day an intruder got into its *console*, the web page from which an account is controlled.
"""

# %% slug="the-entry-of-code-spaces"
incidents = load_table("incidents").set_index("incident_id")
cases = ["code_spaces_2014", "sydney_power_2016"]
readable(incidents.loc[cases, ["year", "what_happened", "failed_side", "domain_ids", "lesson"]])

# %% [markdown] slug="code-spaces-read"
"""
The intruder left a ransom note in the console. When the company began to change passwords, the intruder, who had made an extra login beforehand, started to delete: machines, buckets and the backups with them.

There *were* backups. They lay where the same login could delete them. Compare the second row: in Sydney a zone lost its power. A copy in another zone would have helped there, and would not have helped Code Spaces at all. A copy in a **separate account**, with other logins, would have helped Code Spaces.

So ask four questions of every copy: **Is it on? How far back does it reach? Has somebody restored from it? Who can delete it?**

## The misconception and its contrast
"""

# %% slug="misconceptions-of-copies"
readable(load_table("misconceptions").set_index("misconception_id").loc[["M07", "M10", "M13"]])

# %% [markdown] slug="back-to-bruno"
"""
M10 is about the first loss, M07 about the second, M13 about the value of what is lost. Put M07 and M12 ("when in doubt, everything is the customer's duty") side by side: nobody but AWS can spread a Glacier archive over zones, and nobody but you can say that yesterday's deletion was wrong.

**And the message?** Bruno looks at the setting of the bucket first.
"""

# %% slug="who-s3-versioning-off"
who("s3", "backup_recovery", variant="versioning_off")

# %% [markdown] slug="bruno-decides"
"""
Versioning is off. All copies in all zones followed the deletion, as they must. AWS has nothing to put back. Bruno does not send the message. He writes another: which recordings are gone, and which of them the broadcasters still hold as originals. Edith was right about zones. She answered the wrong loss.

## Your turn

A worked example of a question with owner and reason:

> *A gardener keeps the only copy of a plan on an EBS disk and takes no snapshot. Who has to see to a copy, and why? a. EBS copies inside its zone, so AWS. b. Copies start when the customer starts them.* The answer is `"customer, b"`. Reason a names a real fact, about the other loss.

Where letters are to be chosen or ordered, write them with commas: `"a, c"`.
"""

# %% slug="questions-which-copy-helps"
questions("which-copy-helps")

# %% slug="answers-which-copy-helps"
answers = {
    "glacier-observatory-plates": None,
    "s3-seed-bank-versions": None,
    "cloudshell-forgotten-home-directory": None,
    "sqs-patient-name-attribute": None,
    "cloud9-robotics-club-delete": None,
    "memorydb-failover-sequence": None,
}

check(answers)

# %% [markdown] slug="a-small-thing-losses"
"""
### A small thing to do with pandas

Worked example: the two domains side by side for all services of the categories storage and database, and how often each pair of owners occurs.
"""

# %% slug="pairs-of-owners"
services = load_table("services").query("category in ['storage', 'database']")
stores = matrix[matrix["service_id"].isin(services["service_id"])]
pairs = stores.pivot(index="service", columns="domain_id", values="responsible")[two_domains]
pairs.value_counts().to_frame()

# %% [markdown] slug="your-line-losses"
"""
Your line: which of them keep data safe from a failed disk with work of AWS (`"aws"` or `"shared"`) and leave deletion to the customer alone? Pick these rows of `pairs`. A condition for the first half is `pairs["resilience_capacity"].isin(["aws", "shared"])`. Join the second with `&`, and put it in round brackets.
"""

# %% slug="durable-without-backup"
durable_without_backup = None  # replace None by one line
durable_without_backup

# %% [markdown] slug="a-solution-losses"
"""
One way to write it is in the next cell. This list is the place to look for the next Bruno.
"""

# %% jupyter={"outputs_hidden": true, "source_hidden": true} slug="solution-losses"
works = pairs["resilience_capacity"].isin(["aws", "shared"])
pairs[works & (pairs["backup_recovery"] == "customer")]

# %% [markdown] slug="in-practice-copies"
"""
## In practice: Monday

- Write one line for each store of data: class, owner, what breaks it, what deletes it, how far back you can return.
- Turn on versioning, point-in-time recovery or a backup plan where the line is empty. Set the days by the class of the data, not by the default.
- Keep one copy in a separate account with logins of its own, and limit who may delete there. Object Lock in S3 can hold a copy against deletion for a time that you set.
- Restore something this week, with a clock in hand. A backup that was never restored is a hope.
- For each workload in one zone, write who accepted that, and until when.

## What this leaves out

- How much time and how much data you may lose, which is set by the business before any tool is chosen.
- Disaster recovery over Regions, and its cost.
- Deletion that the law demands, from backups as well: it pulls the other way.

## Sources
"""

# %% slug="sources-of-copies"
sources(
    "aws-shared-responsibility-model",
    "aws-resiliency-model",
    "aws-data-privacy-faq",
    "s3-datadurability",
    "s3-versioning",
    "glacier-disaster-recovery-resiliency",
    "glacier-deleting-an-archive",
    "ec2-ebs-volumes",
    "dynamodb-disaster-recovery-resiliency",
    "dynamodb-pitr-current",
    "rds-welcome",
    "rds-user-workingwithautomatedbackups",
    "rds-multi-az",
    "efs-api-createfilesystem",
    "efs-awsbackup",
    "macie-api-welcome",
    "networkcomputing-code-spaces",
    "aws-message-4372t8",
)

# %% [markdown] slug="next-lesson-eleven"
"""
Next: [11, Settings, logs and incidents](11-settings-logs-incidents.ipynb).

[Index](index.md) by domain, service and exam task. Found a mistake? [Report it](https://github.com/shared-responsibility/shared-responsibility/issues/new).
"""
