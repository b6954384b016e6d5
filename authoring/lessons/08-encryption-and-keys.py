# %% [markdown] slug="encryption-and-keys"
"""
# Encryption and keys

Encryption turns data into bytes that nobody can read without a *key*, a secret number. So two questions belong together: is the data encrypted, and whose key is it?

## What you will be able to do

- **Tell apart** who encrypts, who holds the key and who governs it. (2.1)
- **Place** five ways of encryption in Amazon S3 on the right side of the line. (2.1)
- **Explain** which key choice fits a demand for control, and what it costs in duty. (2.2)
- **Check** what a default covers: since which date, and for which resources. (2.1)

This is CLF-C02 tasks 2.1 and 2.2. Plan about 35 minutes.
"""

# %% slug="imports"
import pandas as pd

from shared_responsibility import (
    check,
    compare,
    load_matrix,
    load_table,
    plot_key_custody,
    questions,
    readable,
    sources,
    who,
)

# %% [markdown] slug="a-concrete-case"
"""
## A concrete case

A laboratory chain stores test results in Amazon S3, as files in *buckets*. The oldest files are from 2019. A hospital wants to send its samples there and asks three things in a letter:

1. Are all results encrypted on disk?
2. Who can decide that a key may not be used any more?
3. Can you show who used the key last month?

Mirko, who looks after the buckets, has an answer ready: "S3 encrypts everything, and AWS manages the keys. Three times yes, and none of it is our job." Salma, who has to sign the letter, asks: "Then how do *we* stop a key?"

The laboratory is invented; the dates and settings are real.

## Predict first

*Encryption at rest* protects data on a disk. *Key custody* means: who holds a key, decides on its use and replaces it. The table follows five ways in S3. You need three short names: *SSE* is encryption on the server's side, after the file has arrived. *KMS* is AWS Key Management Service, a service that keeps keys in special hardware. *Client-side* means: before the file leaves your program.

Who has work to do on the **key**? Replace each `None` by `"aws"`, `"customer"` or `"shared"`, or leave it.
"""

# %% slug="prediction"
prediction = {
    "sse_s3": None,  # the default: S3 makes the key
    "sse_kms_aws_managed": None,  # a key in KMS that AWS made for S3
    "sse_kms_cmk": None,  # a key in KMS that you created
    "sse_c": None,  # you send the key along with each request
    "client_side": None,  # you encrypt before the upload, with your own key
}

# %% [markdown] slug="run-to-compare"
"""
Run the next cell, then compare.
"""

# %% jupyter={"outputs_hidden": true, "source_hidden": true} slug="prediction-compared"
variants = load_table("variants").set_index(["service_id", "domain_id", "variant_id"])
s3_keys = variants.loc[("s3", "key_management")]
pd.DataFrame(
    {
        "your prediction": pd.Series(prediction, dtype=object),
        "owner": s3_keys["responsible"].reindex(list(prediction)),
    }
)

# %% [markdown] slug="the-table"
"""
## The table

One service, one domain, and three different owners. What each side does:
"""

# %% slug="table-of-s3-keys"
variants = load_table("variants").set_index(["service_id", "domain_id", "variant_id"])
s3_keys = variants.loc[("s3", "key_management")].loc[list(prediction)]
readable(s3_keys[["responsible", "aws_does", "customer_does"]])

# %% [markdown] slug="the-figure"
"""
To *rotate* a key is to replace its secret part from time to time. A *key policy* is the list of who may use a key and who may change it.

## The figure

Each row is one way. Look for two boxes: where the **key** itself lies, and who sets its **rules**. Blue boxes on the left are AWS's, hatched orange boxes on the right are the customer's.
"""

# %% slug="figure-s3"
plot_key_custody("s3")

# %% [markdown] slug="read-the-steps"
"""
From top to bottom the boxes move to the right, and not at the same time. In the middle row the key still lies in AWS's hardware, but its rules are yours. That is what *shared* means here: two different actions, and neither can be done by the other side.

Two words cause most of the confusion. An **AWS managed key** stands in your account, where you can look at it. AWS writes its policy and rotates it. A **customer managed key** stands in the same KMS, and you write its policy. "Managed" tells who governs. It does not tell where the key lies.
"""

# %% slug="who-s3-own-key"
who("s3", "key_management", variant="sse_kms_cmk")

# %% [markdown] slug="three-questions"
"""
Now the letter can be read again. Three questions help with every key:

| question | SSE-S3 | SSE-KMS, AWS managed | SSE-KMS, customer managed | SSE-C, or client-side with your own key |
|---|---|---|---|---|
| Can you decide who uses the key? | no, only who reads the file | no | yes, in the key policy | yes, you hold it |
| Can you see its use in KMS records? | no | yes (fewer lines with an S3 Bucket Key) | yes, likewise | no, you keep your own record |
| If you lose the key, is the data lost? | you cannot lose it | you cannot lose it | yes, once you have deleted it | yes |

The last line is the price. Control of a key includes the power to destroy data by mistake. KMS therefore lets you delete a key only after a waiting time.

## Where the rule breaks

### 1. Encrypted since when?

Mirko's first "yes" rests on a default, and a default has a date:
"""

# %% slug="defaults-with-dates"
dated = [
    ("s3", "encryption_at_rest", "plain_before_2023"),
    ("s3", "encryption_at_rest", "uploaded_since_2023"),
    ("sqs", "encryption_at_rest", "old_queue"),
    ("sqs", "encryption_at_rest", "new_queue"),
    ("aurora", "encryption_at_rest", "before_2026_02_18"),
    ("aurora", "encryption_at_rest", "since_2026_02_18"),
    ("s3", "key_management", "sse_c"),
]
columns = ["service_id", "setting", "responsible", "aws_does", "customer_does"]
readable(variants.loc[dated].reset_index()[columns].set_index("service_id"))

# %% [markdown] slug="a-default-looks-forward"
"""
(SQS is a service that keeps messages in a queue. Aurora is a managed database.)

Read them in pairs. **A new default looks forward.** It covers what is created from that day on. What is older stays as it was until its owner touches it. The laboratory's files of 2019, if nobody asked for encryption then, are still plain. Finding and copying them is work for the laboratory.

The last line goes the other way: here a way of encryption was switched *off* by default. A crime had shown what it can be used for:
"""

# %% slug="codefinger"
incidents = load_table("incidents").set_index("incident_id")
readable(incidents.loc[["codefinger_2025"], ["what_happened", "failed_side", "lesson"]])

# %% [markdown] slug="the-key-cuts-both-ways"
"""
With SSE-C, AWS does not keep the key, so nobody at AWS could undo what the attackers did. The new default also covers older buckets in accounts that had no SSE-C files.

### 2. Not every service encrypts by itself

"AWS encrypts everything now" is a sentence of the S3 world. Compare:
"""

# %% slug="encryption-compared"
compare("s3", "dynamodb", "lambda", "ebs", "rds", "ec2").loc[
    ["encryption_at_rest", "key_management"]
]

# %% [markdown] slug="ask-or-not"
"""
A DynamoDB table is encrypted always, and nobody can switch it off. An EBS volume, the virtual disk of an instance, is created plain unless you ask, for the volume or once for a whole Region. For RDS the table says the same: you request encryption when you create the database.
"""

# %% slug="who-ebs"
who("ebs", "encryption_at_rest", variant="default_off")

# %% [markdown] slug="inside-kms"
"""
### 3. Inside KMS: the key can leave AWS's house

In the table, the cell for S3 as a whole says *shared*, as does that for KMS. KMS, too, has several kinds of key. An *AWS owned key* lies outside your account, out of your sight:
"""

# %% slug="figure-kms"
plot_key_custody("kms")

# %% [markdown] slug="three-more-ways"
"""
**Imported material**: you make the secret part and keep the original. If AWS deletes its copy at the date that you set, only you can bring it back. In an **AWS CloudHSM key store**, the key lies in hardware modules that are reserved for you. In an **external key store** the outer key, which locks the others, never enters AWS. AWS calls that a large shift of duty: if your key manager burns down, AWS cannot help.

**In the exam**:

- "Who is responsible for choosing encryption for data?" The *customer*, even where a default exists.
- "Who manages the keys with SSE-S3?" *AWS*.
- "Full control over the key and its policy, with little work": a *customer managed key* in KMS. "Keys in hardware reserved for us, which AWS cannot use": *CloudHSM*.
- "Encryption" is not in AWS's list of shared controls. Ask what is meant: the act, the choice or the key.

## The misconception and its contrast
"""

# %% slug="misconception-m03"
readable(load_table("misconceptions").set_index("misconception_id").loc[["M03", "M15"]])

# %% [markdown] slug="the-analogy"
"""
The second belief is the opposite mistake: to see a duty in every option.

Think of a bank with safe-deposit boxes. The vault is the bank's. The list of persons who may open your box is yours: you sign it, and you strike names off. If you never strike off a former colleague, the vault has not failed. And if you carry your own locked chest into the vault, the bank stores it without knowing what is in it. Forget the number of that lock, and the bank cannot help.

**Two that look alike.** A results file with SSE-S3, and the same file with SSE-KMS under a customer managed key. Both are encrypted by S3, with the same strength. Now somebody at the laboratory may by mistake read every bucket. With SSE-S3 that person reads the file, since S3 decrypts it for anyone who may read it. With the own key the person also needs a right on the key. What differs is not the cipher but a second door, and you hold its list.

Now the letter. Question 1: yes for new files, and the old ones must be checked. Questions 2 and 3: with SSE-S3, nobody at the laboratory can stop a key or show its use. Salma chooses SSE-KMS with a customer managed key. The new setting looks forward, so the older files are encrypted anew. The letter says who governs the key. "None of it is our job" is out.

## Do it yourself: who is left with a plain disk?

Worked example: in how many workload services is encryption at rest whose work?
"""

# %% slug="owners-of-encryption"
matrix = load_matrix().query("role == 'workload'")
at_rest = matrix[matrix["domain_id"] == "encryption_at_rest"]
at_rest["responsible"].value_counts()

# %% [markdown] slug="your-line"
"""
**Your line:** replace `None` by one line that keeps the rows of `at_rest` in which the customer alone has to act, with the columns `service` and `customer_does`. Before you run it, name two services that you expect.
"""

# %% slug="left-to-the-customer"
left_to_the_customer = None
left_to_the_customer

# %% [markdown] slug="one-way"
"""
<details><summary>One way to do it</summary>

`left_to_the_customer = at_rest.loc[at_rest["responsible"] == "customer", ["service", "customer_does"]]`

Many rows speak of virtual disks or of something that stands on them: whoever orders the disk asks for encryption. Wrap the result in `readable(...)` to see whole sentences.

</details>

## Your turn

A worked example of a question with several right options: "Which tasks come with SSE-C? a: store the key. b: repair the disks of S3. c: send the key with each request." Options a and c are the customer's, b is AWS's. You write `"a, c"`. For an order, write all letters, such as `"b, c, a"`; for owner and reason, `"aws, b"`.
"""

# %% slug="questions-keys"
questions("keys-and-custody")

# %% slug="answers-keys"
answers = {
    "s3-insurer-asks-for-rule": None,
    "s3-parish-registers-2019": None,
    "eks-auto-brewery-volumes": None,
    "ecr-auction-house-own-key": None,
    "dynamodb-keys-by-work": None,
    "kms-central-bank-outside": None,
}

# %% slug="check-keys"
check(answers)

# %% [markdown] slug="in-practice"
"""
## In practice

What Salma and Mirko do on Monday:

- **Look for old data.** List objects, volumes, queues and databases that are older than the default of their service, and check each for encryption.
- **Turn on EBS encryption by default** in every Region in use. It is one setting, and somebody has to make it.
- **Use an own key where the data calls for it.** Not everywhere: each one needs an owner, a policy and a review.
- **Separate two roles.** Whoever governs the key does not read the data with it.
- **Rehearse the loss.** Who may schedule a deletion, who gets an alarm, and who can cancel it in time?

## What this leaves out

- Encryption on the way, between machines: lesson 07.
- How ciphers work, and data keys: KMS mostly encrypts small keys, and these encrypt the data.
- DSSE-KMS, a way of S3 that encrypts twice. Custody is as with SSE-KMS.
- Passwords and tokens in AWS Secrets Manager.
- Law. Whether a rule demands keys outside the cloud is for your counsel to say.

## Sources
"""

# %% slug="sources-list"
sources(
    "aws-shared-responsibility-model",
    "s3-default-encryption-faq",
    "s3-usingserversideencryption",
    "s3-usingkmsencryption",
    "s3-serversideencryptioncustomerkeys",
    "s3-usingclientsideencryption",
    "securityexpress-codefinger",
    "sqs-default-encryption",
    "sqs-data-encryption-current",
    "aurora-overview-encryption",
    "ebs-encryption-examples",
    "rds-overview-encryption",
    "dynamodb-encryptionatrest",
    "kms-concepts",
    "kms-key-types",
    "kms-key-policies",
    "kms-importing-keys",
    "kms-cloudhsm-key-store",
    "kms-external-key-store",
    "cloudhsm-clusters",
)

# %% [markdown] slug="next-lesson"
"""
Next: [09, Identity and access](09-identity-and-access.ipynb).

[Index](index.md) by domain, service and exam task. Found a mistake? [Report it](https://github.com/shared-responsibility/shared-responsibility/issues/new).
"""
