# %% [markdown] slug="identity-and-access"
"""
# Identity and access

Who may do what, and who looks after it next year? This row of the table never moves to AWS, and many real losses begin in it.

## What you will be able to do

- **Name** the party that manages users, rights and sign-in, on any service (2.1, 2.3).
- **Choose** between the root user, a user with an access key, and a role (2.3).
- **Review** a permission by the rule of least privilege, regularly (2.3).
- **Follow** a real attack step by step and say whose layer each step was on (2.1).

This is CLF-C02 tasks 2.1 and 2.3. Plan about 35 minutes.
"""

# %% [markdown] slug="a-concrete-case-lifts"
"""
## A concrete case

A company looks after lifts. Its plans and its booking system are on AWS. A hospital asks: "Who can reach the plans of our building?" Leyla has to answer. She finds four things:

1. The two founders and the bookkeeper sign in with one password: that of the *root user*, the identity with which the *account* (the company's own area at AWS) was opened. It can do everything there.
2. A report program on a virtual machine uses an *access key*, a pair of texts that works like a user name and a password. Somebody pasted it into the code four years ago.
3. A *role* of the booking system is allowed every action on all storage. A role is an identity without a password, taken on for a limited time.
4. The user of an engineer who left in spring still exists.

Her colleague Gustav shrugs. "We set up IAM two years ago, and AWS runs it. That part is finished." *IAM*, AWS Identity and Access Management, is the service that stores identities and checks each request against written rules, the *policies*.

Leyla has one afternoon. Which of the four comes first? Decide before you read on. The company is invented; a case further down is not.
"""

# %% [markdown] slug="predict-first-six-tasks"
"""
## Predict first

Each of these tasks has exactly one owner. Replace each `None` by `"aws"` or `"customer"`. You may guess, or leave a `None`.
"""

# %% slug="prediction-of-tasks"
import pandas as pd

from shared_responsibility import (
    check,
    load_matrix,
    load_table,
    plot_attack_path,
    questions,
    readable,
    sources,
    who,
)

prediction = {
    "patch the hosts that check sign-ins": None,
    "check each request against the written rules": None,
    "write the rules": None,
    "remove the user of a person who left": None,
    "put a second factor on the root user": None,
    "let the temporary credentials of a role expire": None,
}

# %% [markdown] slug="open-the-answer-cell"
"""
Run the next cell when you are ready.
"""

# %% jupyter={"outputs_hidden": true, "source_hidden": true} slug="answer-of-tasks"
answer = pd.DataFrame({"you": pd.Series(prediction, dtype=object)})
answer["owner"] = ["aws", "aws", "customer", "customer", "customer", "aws"]
answer

# %% [markdown] slug="the-machine-and-the-list"
"""
There are two kinds of task. AWS runs the *machine*: it patches, checks and lets things expire. The customer writes the *list*: who exists, what each may do, and when that ends. The best door is of no use with a wrong list.

## The table

Five services, from *EC2* (virtual machines) over *RDS* (databases), *S3* (storage for files) and *Lambda* (single functions) to *WorkMail* (mail software, until March 2027). Read the last column downwards.
"""

# %% slug="access-on-five-services"
matrix = load_matrix()
access = matrix[matrix["domain_id"] == "identity_access"].set_index("service_id")
five = ["ec2", "rds", "s3", "lambda", "workmail"]
readable(access.loc[five, ["service_model", "responsible", "aws_does", "customer_does"]])

# %% [markdown] slug="the-words-change-owner-not"
"""
The objects change: keys of a machine, users of a database, the *execution role* of a function (the role that it runs with). The owner does not. That holds for every service of the course:
"""

# %% slug="owners-of-access-by-model"
access.groupby("service_model")["responsible"].value_counts().unstack(fill_value=0)

# %% [markdown] slug="three-credentials"
"""
## Three ways to be somebody

A *credential* is what proves an identity: a password, a key, a token. The table of variants compares three kinds in IAM.
"""

# %% slug="variants-of-iam-access"
variants = load_table("variants").query("service_id == 'iam' and domain_id == 'identity_access'")
readable(variants.set_index("variant_id")[["responsible", "aws_does", "customer_does"]])

# %% [markdown] slug="hygiene-in-four-lines"
"""
From this follow the four habits that people call *IAM hygiene*:

- **Root**: lock it away. Use it only for tasks that need it, such as closing the account. Give it no access key, and never share its password.
- **MFA**, *multi-factor authentication*: a second proof besides the password, such as a security key or a code on a device. AWS now demands it of root users; you still register, keep and replace the device.
- **Least privilege**: allow what the task needs, and nothing else. A rule that allows `s3:GetObject` (read a file) on one folder is narrow. A rule that allows `*` on `*` (everything, everywhere) will also work for a thief.
- **Roles instead of keys**: a key in a file works until somebody removes it. The credentials of a role session expire by themselves. People, too, should come in through roles, each with an identity of their own.

## A real case, read closely

This happened to the bank Capital One. The entry in the course's table of incidents says:
"""

# %% slug="the-entry-of-capital-one"
incidents = load_table("incidents").set_index("incident_id")
readable(incidents.loc[["capital_one_2019"], ["year", "what_happened", "failed_side", "lesson"]])

# %% [markdown] slug="two-words-before-the-figure"
"""
Two terms first. A *firewall machine* is here a server that filters the requests to a web application. The *metadata service* answers programs on a virtual machine that ask about this machine. If the machine has a role, it also hands out the role's temporary credentials. That is how roles replace keys on EC2.

## The figure

The height of a box is the layer of the step. The box names its owner: plain blue is AWS, hatched orange the customer. The grey text names a control against the step and, in brackets, who has to use it.
"""

# %% slug="the-path-of-the-attack"
plot_attack_path(incident_id="capital_one_2019")

# %% [markdown] slug="step-by-step"
"""
**Step 1, application.** The firewall machine was misconfigured, so forged requests passed through it. The customer sets up what runs on its instances: this layer was the bank's.

**Step 2, service platform.** The request reached the metadata service, which gave out credentials of the machine's role. This software is AWS's. By AWS's account it was not broken: it answered a question that came from the machine.

**Step 3, identity and access.** Stolen credentials are worth as much as the role allows, and this role opened stored data. Who writes a role decides that.
"""

# %% slug="who-ec2-identity-access"
who("ec2", "identity_access")

# %% [markdown] slug="step-four-and-statements"
"""
**Step 4, data.** Credit applications left the bank. Data that you never kept cannot be stolen, and what to keep is the customer's decision on every service. It makes a loss smaller; it stops no thief.

### What AWS said, and what others argue

**AWS** said that it "was not compromised in any way and functioned as designed". The way in, it said, was a misconfiguration of the web application and not the infrastructure under it.

**Others** argue that the metadata service made the theft easy. "As designed" answers a question about faults, not one about designs. A guest post in our sources asks whether Amazon can be held liable.

**Which reading the model takes.** By the model the failed side is the *customer*: the firewall machine and the rights of its role were the bank's, and either of these two controls would have broken the path. The model assigns tasks; it does not say whether a default was wise.

Today there is a *version 2* of the metadata service. It answers only those who first fetched a token with a special kind of request, and it gives no token to a request that carries the mark of a forwarding proxy. AWS offers it; whether an instance insists on it is a setting. Do not read it back into the year of the attack: a control can be asked for only from the day on which it is on offer.
"""

# %% slug="who-ec2-service-configuration"
who("ec2", "service_configuration")

# %% [markdown] slug="in-the-exam-capital"
"""
**In the exam**, take the plain reading: managing identities, permissions and MFA is the customer's task, whatever the service.

## Where the rule breaks

The machine can fail too, and then a perfect list does not help:
"""

# %% slug="when-the-machine-fails"
failures = ["appsync_confused_deputy_2022", "iamadmin_cloudtrail_2022"]
readable(incidents.loc[failures, ["what_happened", "failed_side", "lesson"]])

# %% [markdown] slug="three-edges-of-the-rule"
"""
The line runs between writing a rule and checking it. Three more places where people slip:

- **A managed policy.** AWS writes and updates some ready-made policies. Whether you attach one to your user is your decision, so too wide is your mistake.
- **An external directory.** If your staff sign in through your own provider of identities (*federation*), the MFA setting of AWS IAM Identity Center does not apply. The second factor has to be asked for there.
- **Your own users.** Visitors who log in to your web application are not IAM's matter. Your program checks what they show.

## The misconception and its contrast
"""

# %% slug="misconception-iam-finished"
readable(load_table("misconceptions").set_index("misconception_id").loc[["M05", "M14"]])

# %% [markdown] slug="back-to-nadia"
"""
Gustav's "AWS runs it" is true of the machine. "Finished" is true of nothing: in spring somebody left, and the list did not change by itself.

Leyla's order for the afternoon: first the **root user**, since no IAM policy can narrow what it may do. She changes the password, registers MFA and gives each of the three people an identity of their own. Then the **key** in the code: the report program gets a role, and the key is switched off, then deleted. Then the **leaver's** user goes, and so does every secret that the engineer knew. The **wide role** comes last, as narrowing it needs a test. The order can be argued; that all four are the company's cannot. To the hospital she writes who can reach the plans, and when she reads the list again.

## Your turn

A worked example of an order question:

> *Put in order: a. lock the door, b. leave the house, c. take the key.* The answer is `"c, b, a"`. Where you choose all that apply, any order will do: `"a, c"`. Where an owner and a reason are asked for, write both: `"customer, b"`.
"""

# %% slug="questions-access-that-lasts"
questions("access-that-lasts")

# %% slug="answers-access-that-lasts"
answers = {
    "artifact-root-password": None,
    "neptune-archive-graph-rights": None,
    "budgets-wedding-stop-role": None,
    "iic-television-external-provider": None,
    "sqs-newsroom-queue-rights": None,
    "order-iam-key-replacement": None,
}

check(answers)

# %% [markdown] slug="a-small-thing-incidents"
"""
### A small thing to do with pandas

How often did access fail in the incidents of this course? First a worked example: all incidents that touch the guest system, the operating system inside a virtual machine.
"""

# %% slug="incidents-of-the-guest"
touches_guest = incidents["domain_ids"].str.contains("guest_os")
readable(incidents.loc[touches_guest, ["title", "failed_side"]])

# %% [markdown] slug="your-line-incidents-access"
"""
Your line: the same for `identity_access`. Which value do you expect in the column `failed_side`?
"""

# %% slug="access-incidents-none"
access_incidents = None  # replace None by one line
access_incidents

# %% [markdown] slug="a-solution-incidents"
"""
One way to write it is in the next cell.
"""

# %% jupyter={"outputs_hidden": true, "source_hidden": true} slug="solution-incidents-access"
touches_access = incidents["domain_ids"].str.contains("identity_access")
readable(incidents.loc[touches_access, ["title", "failed_side"]])

# %% [markdown] slug="in-practice-access"
"""
## In practice: Monday

- Put MFA on root in every account, delete its access keys, and write down where the device lies.
- List all access keys with the day of last use. Replace each by a role where you can; switch off the rest, wait, delete.
- Tie the removal of a user to the day on which a person leaves. Let the staff office start it.
- Take the role with the widest rights and compare them with what it used in the last months. Cut the difference.
- Require version 2 of the metadata service on all instances, after a test of old programs.

## What this leaves out

- Of task 2.3: groups, password rules, stores for secrets such as AWS Secrets Manager.
- How to write a policy, and limits above it such as *service control policies*.
- Detection: who notices odd use of a credential is the subject of lesson 11.
- Law: who must act is one question, who pays is another.

## Sources
"""

# %% slug="sources-of-identity"
sources(
    "aws-shared-responsibility-model",
    "iam-best-practices",
    "iam-security-best-practices",
    "iam-root-mfa-required",
    "iam-role-for-ec2",
    "iam-access-keys",
    "iam-managed-policies",
    "iam-configuration-vulnerability",
    "iic-identity-source-idp",
    "ec2-security",
    "lightsail-instance-metadata",
    "dandodiary-capital-one",
    "cvdb-appsync",
    "cvdb-iamadmin-cloudtrail",
    "cognito-federation",
    "organizations-scps",
    "aws-data-privacy-faq",
)

# %% [markdown] slug="next-lesson-ten"
"""
Next: [10, Data, backup and resilience](10-data-backup-resilience.ipynb).

[Index](index.md) by domain, service and exam task. Found a mistake? [Report it](https://github.com/shared-responsibility/shared-responsibility/issues/new).
"""
