# %% [markdown] slug="code-and-dependencies"
"""
# Code and dependencies

A program is rarely written by one team alone. It brings along pieces that strangers wrote. In this
lesson you find out who repairs such a piece when it has a hole.

## What you will be able to do

- **Find** the layer in which a weak library sits, and from it the party that repairs it (2.1).
- **Say** what a service without servers still leaves to you (2.1).
- **Decide** who rebuilds a container image, whoever made its base (2.1).
- **Tell apart** a stopgap and a repair (2.1).

The number is the task of the exam guide CLF-C02. Plan about 30 minutes. Lesson 05 was about the
systems and runtimes below your program; this one is about the program.
"""

# %% [markdown] slug="a-concrete-case-december"
"""
## A concrete case

December 2021. A hole in Log4j becomes known. Log4j is a *library*, a piece of finished code that
other programs build in. It writes log lines for programs in the language Java, and it is
widely used. A line of text from a stranger is enough to make a weak program run the
stranger's code.

Nadia leads the web team of a chain of cinemas. It has three developers and one weekend. The chain
uses five services:

| What it does | Where it runs |
|---|---|
| ticket shop, in Java | Amazon EC2: virtual servers |
| seat map, in Java | Amazon ECS on AWS Fargate: containers without servers of your own |
| tickets by mail, in Java | AWS Lambda: single functions that run when called |
| search for films | Amazon OpenSearch Service: a managed search engine, itself written in Java |
| telephone booking | Amazon Connect: a finished telephone centre, used in the browser |

Her colleague Pavel says: "Only the ticket shop is on a server of ours. The rest is managed or
serverless, so AWS repairs it. Three people for one server, we will be done by noon."

The cinemas are invented; the hole is real. Where should the three start, and where would they lose
their time?
"""

# %% [markdown] slug="predict-first-a-library"
"""
## Predict first

A *dependency* is a library that a program needs in order to run. It counts as part of the
application code. Look at this layer as a whole: who has work in it? Replace each `None` by `"aws"`,
`"customer"` or `"shared"`. You may guess; the cell runs anyway.
"""

# %% slug="import-pandas-as-pd"
import pandas as pd

from shared_responsibility import (
    check,
    compare,
    load_matrix,
    load_table,
    plot_layers,
    questions,
    readable,
    sources,
    who,
)

prediction = {
    "ec2": None,
    "ecs_fargate": None,
    "lambda": None,
    "opensearch": None,
    "connect": None,
}

# %% [markdown] slug="run-the-next-cell"
"""
The next cell is folded. Run it when you are ready.
"""

# %% jupyter={"outputs_hidden": true, "source_hidden": true} slug="matrix-code-seen"
matrix = load_matrix().query("role == 'workload'")
code = matrix[matrix["domain_id"] == "application_code"].set_index("service_id")
seen = code.loc[list(prediction), ["responsible", "aws_does", "customer_does"]]
seen.insert(0, "you", pd.Series(prediction, dtype=object))
readable(seen)

# %% [markdown] slug="the-table-four-layers"
"""
## The table

Log4j can sit in more than one place. Four layers of software matter here:

- `service_platform`: the programs with which AWS runs the service;
- `guest_os`: the operating system that the workload runs on, with its packages;
- `runtime_engine`: what executes a program, such as Java, or the engine of a database or a search;
- `application_code`: the program of the customer with its libraries, or in a finished application
  such as Connect, the application itself.
"""

# %% slug="compare-layers-of-five"
layers = ["application_code", "runtime_engine", "guest_os", "service_platform"]
compare(*prediction).loc[layers]

# %% [markdown] slug="the-figure-towers"
"""
## The figure

The same table as five towers, from the ground up. Find the layer in which the library sits; the box
names who repairs it. A box cut in two means that both have work there, each at its own part.
"""

# %% slug="plot-layers-five-towers"
plot_layers("ec2", "ecs_fargate", "lambda", "opensearch", "connect")

# %% [markdown] slug="one-library-three-answers"
"""
The rule to carry away: **whoever ships the copy repairs it.** The question "Who fixes Log4j?" has
no answer until you say which copy. One library, three places:

- In the programs of AWS that run a service: *AWS*, and you see nothing of it.
- In an engine that AWS installs for you: *AWS* builds the repair, and sometimes you must let it in.
- In a program, an image or a bundle that you handed in: *you*.

This is how the course records what happened:
"""

# %% slug="incident-log4j"
incidents = load_table("incidents").set_index("incident_id")
readable(incidents.loc[["log4j_2021"], ["what_happened", "failed_side", "lesson"]])

# %% [markdown] slug="where-the-rule-breaks"
"""
Here `failed_side` names whose duty was called for. It was both, at different layers.

## Where the rule breaks

**1. The engine is Java too.** The cinemas' search holds no program of their own, and still it was
concerned. AWS put the repair into a *service software* update, a new build of the software that
runs a search *domain*, as OpenSearch calls one installation. AWS schedules a required update by
itself. Look at the two sentences:
"""

# %% slug="who-opensearch-runtime-engine"
who("opensearch", "runtime_engine")

# %% [markdown] slug="a-version-upgrade-of"
"""
AWS rolls in the repair. A change of a domain's engine version stays an order of the customer.

**2. What serverless leaves.** *Serverless* means that you see no server; it does not mean that there
is no program. A Lambda function is a bundle that you hand in, and everything in it is yours. A
*layer*, a second bundle that several functions share, is yours too. So is an *extension*, a helper
program that runs next to the function. If somebody else made it, you still choose its version and
exchange it. Compare it with the runtime below in automatic mode:
"""

# %% slug="who-lambda-application-code"
who("lambda", "application_code")

# %% slug="who-lambda-runtime-auto"
who("lambda", "runtime_engine", variant="auto")

# %% [markdown] slug="aws-moves-the-function"
"""
AWS moves the function to a patched Java. The Log4j inside your bundle moves with it, unchanged.

**3. The image is yours, whoever made its base.** A *container image* is a package of a program with
its libraries, its runtime and some system files. It starts from a *base image*, often one that AWS
or a software project has published. Once you have built on it, the copy in your image stays as it
was on that day. A better base repairs nothing until you build again and start new containers. The
store for images, Amazon ECR, offers to scan them. Look for what its scanner does not do:
"""

# %% slug="who-ecr-application-code"
who("ecr", "application_code")

# %% [markdown] slug="the-registry-itself-is"
"""
The store itself is AWS's. In 2022 a finder showed that outsiders could change images in the public
gallery, and AWS repaired it. Content and shelf are two things:
"""

# %% slug="incident-ecr-public"
readable(incidents.loc[["ecr_public_2022"], ["failed_side", "lesson"]])

# %% [markdown] slug="4-the-same-language"
"""
**4. Supplied or added?** AWS Glue runs jobs that move and reshape data. It brings Python and a set of
libraries, and a job may load more. The first set is in the runtime, the second in your code:
"""

# %% slug="glue-two-rows"
glue = load_matrix().query("service_id == 'glue'").set_index("domain_id")
readable(glue.loc[["runtime_engine", "application_code"], ["aws_does", "customer_does"]])

# %% [markdown] slug="5-a-stopgap"
"""
**5. A stopgap is not a repair.** In December 2021, AWS offered a *hotpatch*, a tool that changes a
running program without a new build. It also offered a rule for AWS WAF, the filter in front of web
applications. Both buy time. The weak library is still in the bundle. And a tool that you have
installed becomes one more program that you keep current:
"""

# %% slug="incident-hotpatch"
readable(incidents.loc[["log4j_hotpatch_2022"], ["what_happened", "lesson"]])

# %% [markdown] slug="6-no-program-at-all"
"""
**6. Sometimes there is no such layer.** A bucket in Amazon S3 runs no program of yours. The Log4j of
the program that *reads* the bucket sits where that program runs.
"""

# %% slug="who-s3-application-code"
who("s3", "application_code")

# %% [markdown] slug="in-the-exam-a-question"
"""
**In the exam**, "application code" or "libraries in a Lambda function" takes the answer *customer*,
also where the service is serverless. "The software of a managed service itself" takes *AWS*. For a
finished application (SaaS) the usual reading is that AWS maintains the application. The course
marks Connect as shared, because its guide also leaves the customer the call flows, the steps that
callers go through, and the functions that it connects.

## The misconception and its contrast

Pavel's sentence rests on this belief:
"""

# %% slug="belief-m08"
readable(load_table("misconceptions").set_index("misconception_id").loc[["M08"]])

# %% [markdown] slug="a-kitchen"
"""
Two cases that look alike: "Java in a Lambda function has a hole" and "a Java library in a Lambda
function has a hole". The first concerns a runtime that AWS supplies; in automatic mode AWS replaces
it. The second concerns a file in the bundle. Only the customer knows that it is there, which
version it has, and whether the program still works with the next one.

A scanner such as Amazon Inspector reduces the search, not the duty. It points at the package. It
does not build.

## Your turn

A worked example: "A bakery's function on Lambda uses a weak library in a layer of its own. Over the
whole of application code, who has work, and why?" The question wants two things, the owner and the
letter of the reason. The owner is the customer; if reason b said "only the bakery can bundle a
newer library", you would type `"customer, b"`. A question to put in order wants all letters, such as
`"b, a, c"`. A question that says *choose all* wants every letter that holds, such as `"a, c"`.
"""

# %% slug="questions-who-rebuilds"
questions("who-rebuilds")

# %% slug="answers-who-rebuilds"
who_rebuilds = {
    "ecr-energy-scan-finding": None,  # owner and reason
    "model-ferry-image-libraries": None,
    "cognito-typed-token": None,
    "marketplace-vineyard-firewall-patch": None,  # all letters, in order
    "mgn-chess-club-program": None,  # all letters that hold
    "redshift-optician-query-editor": None,  # owner and reason
}

check(who_rebuilds)

# %% [markdown] slug="a-list-of-finds"
"""
### A list of finds

By Saturday morning Nadia's team has searched every corner and listed where Log4j was found, or where
it may be. Worked example: pandas, the Python library for tables, puts the owner next to each find.
"""

# %% slug="finds-merge-owners"
finds = pd.DataFrame(
    [
        ["library of the ticket shop", "ec2", "application_code"],
        ["Java web server under the ticket shop", "ec2", "runtime_engine"],
        ["library in the image of the seat map", "ecs_fargate", "application_code"],
        ["library in the bundle for mails", "lambda", "application_code"],
        ["search engine", "opensearch", "runtime_engine"],
        ["programs that run Lambda itself", "lambda", "service_platform"],
        ["programs behind telephone booking", "connect", "service_platform"],
    ],
    columns=["find", "service_id", "domain_id"],
)
finds = finds.merge(matrix[["service_id", "domain_id", "responsible", "customer_does"]])
finds[["find", "service_id", "responsible"]]

# %% [markdown] slug="your-line-weekend"
"""
Your line: **which finds give Nadia's team something to do?** Replace `None` by one line that keeps the
rows of `finds` whose `responsible` is not `"aws"`, with the columns `find` and `customer_does`.
"""

# %% slug="weekend-none"
weekend = None  # replace None by one line

weekend

# %% [markdown] slug="one-way-to-write"
"""
One way to write it is in the next cell, folded.
"""

# %% jupyter={"outputs_hidden": true, "source_hidden": true} slug="weekend-one-way"
readable(finds.loc[finds["responsible"] != "aws", ["find", "customer_does"]])

# %% [markdown] slug="in-practice-monday"
"""
So the three do not spend the weekend on one server. One repairs the ticket shop. One rebuilds the
image of the seat map and starts new containers. One builds the function for mails again, and
checks that the required update of the search domain has gone through (row `guest_os`). For the programs behind Lambda and
Connect they read AWS's notices and have nothing to build. Pavel's noon becomes Sunday evening.

## In practice: Monday

- Keep a list of parts for each program: every library with its version. People call it an *SBOM*,
  a software bill of materials. Without it, the first day goes into searching.
- Build images and bundles again on a fixed day, not only after news, and replace what is running.
- Switch on scanning, and name the person who reads the findings and the days they have.
- Write beside each stopgap the date on which it goes.
- Delete functions, images and layers that nobody uses. They need no repair.

## What this leaves out

- How to write safe code, and how to test it. This lesson is about who, not how.
- Whether a library can be trusted at all: attacks on the projects that publish them.
- The rights of a program. A function with too many rights turns a small hole into a large one;
  lesson 09 takes that up.

## Sources
"""

# %% slug="sources-aws-log4j-guidance"
sources(
    "aws-log4j-guidance",
    "ec2-security",
    "ecs-security-shared-model",
    "lambda-security-configuration",
    "lambda-runtime-management-shared",
    "opensearch-service-software",
    "opensearch-service-software-current",
    "connect-security-bp",
    "ecr-image-scanning-basic",
    "gafnit-ecr-public",
    "glue-version-support-policy",
    "glue-add-job",
    "s3-security",
    "inspector-supported",
    "aws-shared-responsibility-model",
)

# %% [markdown] slug="next-lesson-07-found"
"""
Next: [07, Networks and firewalls](07-networks-and-firewalls.ipynb).

[Index](index.md) by domain, service and exam task. Found a mistake? [Report it](https://github.com/shared-responsibility/shared-responsibility/issues/new).
"""
