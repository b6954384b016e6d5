# %% [markdown] slug="networks-and-firewalls"
"""
# Networks and firewalls

A packet is a small piece of a message on its way through a network. In this lesson you follow one packet to a server and its answer back. At each place you ask: who wrote the rule here, and who carries it out?

## What you will be able to do

- **Tell apart** writing a network rule and enforcing it, and name the party for each. (2.1)
- **Predict** which filter stops a packet, on the way in and on the way back. (2.4)
- **Explain** the difference between a security group and a network ACL. (2.4)
- **Decide** who protects data on the way, for a server and for managed services. (2.1)

This is CLF-C02 tasks 2.1 and 2.4. Plan about 35 minutes.
"""

# %% slug="imports"
import pandas as pd

from shared_responsibility import (
    check,
    compare,
    load_table,
    plot_packet_walk,
    questions,
    readable,
    sources,
    who,
)
from shared_responsibility.practice.packets import walk

# %% [markdown] slug="a-concrete-case"
"""
## A concrete case

A cable railway shows its timetable on a website. The site runs on one EC2 instance, a rented virtual server. The instance stands in a *VPC*, a private network that the company draws up for itself inside AWS. The VPC is cut into *subnets*, which are smaller ranges of addresses.

On Thursday an auditor asks for a tighter filter around the subnet; so far the default one lets everything pass. Jonas writes one and opens it for the web. At noon the site does not answer any more. He calls his colleague Aylin: "The filter lets the web in, I checked it twice. AWS's network must be down. I will open a case with AWS."

Aylin looks at the log of the server and finds something else: thousands of strangers try to log in. "AWS runs the firewall," says Jonas. "Why does it let them through?"

Is this AWS's to mend, or theirs? The company is invented. Its rules, as they stood at noon:
"""

# %% slug="rules-at-noon"
packet = {"source": "203.0.113.9", "source_port": 50123, "port": 443}

security_group = {
    "inbound": [
        {"port": 443, "source": "0.0.0.0/0"},
        {"port": 22, "source": "0.0.0.0/0"},
    ],
    "outbound": [],
}

network_acl = {
    "inbound": [{"number": 100, "action": "allow", "port": "all", "source": "0.0.0.0/0"}],
    "outbound": [{"number": 100, "action": "allow", "port": 443, "destination": "0.0.0.0/0"}],
}

# %% [markdown] slug="how-to-read-rules"
"""
How to read this:

- A *port* is a number that tells a machine which program a packet is for. A protected website listens on 443, login by SSH (a command line from afar) on 22.
- The packet also carries the port that the answer should go to. The visitor's own machine picks it for this one connection, mostly a high number. It is called an *ephemeral port*.
- `0.0.0.0/0` is a range of addresses, and it means every address of the usual kind, IPv4. `203.0.113.0/24` means the 256 addresses that begin with 203.0.113.
- A *security group* is a filter around an instance. A *network ACL* (access control list) is a filter around a subnet. Jonas wrote the network ACL this morning.

## Predict first

A visitor sends the packet above. Does the request reach the instance? Does the answer get out? Which place stops it, if any? And who wrote the rule there: `"aws"` or `"customer"`? Replace each `None`, or leave it.
"""

# %% slug="prediction"
prediction = {
    "request reaches the instance": None,  # True or False
    "answer gets out": None,  # True or False
    "place that stops it": None,  # "security group", "network ACL" or "nobody"
    "who wrote the rule there": None,  # "aws" or "customer"
}

# %% [markdown] slug="run-to-compare"
"""
Run the next cell, then compare.
"""

# %% jupyter={"outputs_hidden": true, "source_hidden": true} slug="prediction-compared"
steps = walk(packet, security_group, network_acl)
decided = steps.set_index(["way", "place"])["decision"]
stops = steps.loc[steps["decision"] == "stop", ["place", "written_by"]].to_numpy().tolist()
place, author = stops[0] if stops else ("nobody", None)
what_happens = {
    "request reaches the instance": decided["in", "instance"] == "pass",
    "answer gets out": decided["back", "internet gateway"] == "pass",
    "place that stops it": place,
    "who wrote the rule there": author,
}
pd.DataFrame(
    {
        "your prediction": pd.Series(prediction, dtype=object),
        "the walk": pd.Series(what_happens, dtype=object),
    }
)

# %% [markdown] slug="the-table"
"""
## The table

`walk` is a small model of the path. It tells what each place decides, on the way in and on the way back.
"""

# %% slug="table-of-steps"
steps = walk(packet, security_group, network_acl)
readable(steps[["way", "place", "to_port", "decision", "because", "memory"]])

# %% [markdown] slug="the-figure"
"""
The first two places are no filters. The *internet gateway* is the door of the VPC: the customer attaches it, AWS runs it. The *route table* is a list of signposts: which addresses lie in which direction.

## The figure

Follow the thick line from the left to the instance and back. Below each place you see who writes the rule and who carries it out. Blue is AWS, hatched orange is the customer.
"""

# %% slug="figure-at-noon"
plot_packet_walk(steps)

# %% [markdown] slug="stateful-and-stateless"
"""
The site is up, and it even answers. The answer dies on the way out, at the network ACL.

The two filters differ in one word. A security group is **stateful**: it remembers the connections that it let in. The answer belongs to one of them, so it passes, although the list `outbound` is empty. A network ACL is **stateless**: it remembers nothing. For it, the answer is a new packet to port 50123, and Jonas has only allowed packets to 443. The answer goes to the port of the visitor.

| | security group | network ACL |
|---|---|---|
| stands around | an instance (its network interface) | a subnet |
| memory | stateful: answers pass | stateless: answers need a rule |
| rules | allow only | allow and deny |
| order | all rules count, any that fits is enough | lowest number first, the first that fits decides |
| a list that you create yourself | lets nothing in, lets everything out | denies everything, both ways |
| rules written by | the customer | the customer |
| rules enforced by | AWS | AWS |

The last two lines settle who is responsible. The matrix says it in two sentences:
"""

# %% slug="who-vpc-network"
who("vpc", "network_config")

# %% [markdown] slug="enforced-as-written"
"""
*Exactly as they are written* is the point. A filter has no opinion. It keeps out what you forgot and lets in what you allowed by mistake. A case with AWS would have brought one reply: the network works, please look at your rules.

Here is the repair: a second outbound rule for the high ports, as is usual for a stateless filter. Every step says `pass` now:
"""

# %% slug="repair-of-the-acl"
repaired_acl = {
    "inbound": network_acl["inbound"],
    "outbound": [
        *network_acl["outbound"],
        {"number": 110, "action": "allow", "port": "1024-65535", "destination": "0.0.0.0/0"},
    ],
}
walk(packet, security_group, repaired_acl)["decision"].value_counts()

# %% [markdown] slug="where-the-rule-breaks"
"""
## Where the rule breaks

### 1. Services without a security group

"The customer writes the firewall" holds where the customer has a network. Look at the first row:
"""

# %% slug="network-rows-compared"
compare("ec2", "rds", "lambda", "s3", "dynamodb", "kms").loc[["network_config", "data_in_transit"]]

# %% [markdown] slug="no-place-for-a-rule"
"""
An RDS database stands in your VPC behind your security group. An S3 bucket or a DynamoDB table has no subnet and no security group. AWS sets the firewalls in front of its endpoints, the public addresses of the service. (Who may *read* the bucket is a question of identity and settings, lessons 09 and 11.)

For Lambda, single functions that run when called, a setting decides. The same is true for AWS WAF, a filter that reads web requests:
"""

# %% slug="variants-network"
variants = load_table("variants").set_index("service_id")
network = variants[variants["domain_id"] == "network_config"]
readable(network.loc[["lambda", "waf"], ["setting", "responsible", "aws_does", "customer_does"]])

# %% [markdown] slug="aws-writes-some-rules"
"""
With a managed rule group AWS does write rules. So ask each time: who *wrote* it?

### 2. The defaults are rules too

"I never wrote a rule" is no way out. You keep the defaults or replace them:
"""

# %% slug="variants-vpc-defaults"
readable(network.loc[["vpc"], ["setting", "responsible", "aws_does", "customer_does"]])

# %% [markdown] slug="protection-in-transit"
"""
### 3. A filter does not hide anything

A firewall decides whether a packet may pass. It does not make the packet unreadable. That is *protection in transit*: encryption on the way, mostly by *TLS*, the protocol behind `https`. A *certificate* proves that the other end is who it claims to be.

AWS encrypts the links between its data centres. Between a visitor and your program on an instance, nobody does it for you: you install TLS and renew the certificates, so the EC2 row is the customer's. On RDS and S3 each side has a part: AWS serves TLS, you insist on it. Two rows to compare:
"""

# %% slug="who-rds-transit"
who("rds", "data_in_transit")

# %% slug="who-direct-connect-transit"
who("direct_connect", "data_in_transit", variant="no_encryption")

# %% [markdown] slug="private-is-not-encrypted"
"""
Direct Connect is a line of your own into AWS. *Private* means that it is your path. *Encrypted* means that others cannot read it. Ask for both.

The RDS row has a history, because an authority that signs certificates has an end date:
"""

# %% slug="incidents"
incidents = load_table("incidents").set_index("incident_id")
told = ["rds_certificates_2020", "imperva_snapshot_2018", "tesla_kubernetes_2018"]
readable(incidents.loc[told, ["what_happened", "failed_side", "lesson"]])

# %% [markdown] slug="the-misconception"
"""
## The misconception and its contrast

In the other two incidents something of the customer's faced the internet. Jonas's second sentence belongs here: "AWS runs the firewall, why does it let them through?"
"""

# %% slug="misconception-m04"
readable(load_table("misconceptions").set_index("misconception_id").loc[["M04"]])

# %% [markdown] slug="an-analogy"
"""
Think of a doorkeeper. An agency sends a reliable one; you hand over the guest list. If the list says "everyone", the doorkeeper lets everyone in and has made no mistake. Here the list says `0.0.0.0/0` for port 22. For port 443 of a public website that range is what you want. For a login port or a database it is an open invitation.

**In the exam**, "configure security groups" and "configure network ACLs" are the customer's, although both are features of AWS. "Protect the global network" is AWS's; encrypting your own program's traffic is yours. Where a question says *stateful* or *instance*, think of the security group; *stateless*, *subnet* or *deny*, the network ACL.

So both troubles of the railway are its own. Aylin adds the outbound rule, and the site is back. The open port 22 is left for you.

## Do it yourself: close the door

First a worked example. An address of the attackers, `198.51.100.77`, wants to log in. What do the filters say today?
"""

# %% slug="stranger-today"
stranger = {"source": "198.51.100.77", "source_port": 40022, "port": 22}
colleague = {"source": "203.0.113.9", "source_port": 50999, "port": 22}

group = security_group
pd.DataFrame(
    {
        "stranger": walk(stranger, group, repaired_acl)["decision"],
        "colleague": walk(colleague, group, repaired_acl)["decision"],
    }
).tail(1)

# %% [markdown] slug="your-rule"
"""
The last step is `pass` for both: the stranger reached the login program and had an answer. The office of the company has the addresses `203.0.113.0/24`.

**Your line:** replace `None` by a list of inbound rules. The web stays open to everyone, and login works from the office alone. Then run the cell: three lines tell who gets through, and the figure shows the stranger's walk.
"""

# %% slug="my-inbound-rules"
my_inbound = None

if my_inbound is None:
    my_inbound = security_group["inbound"]  # as it stands today
my_group = {"inbound": my_inbound, "outbound": []}
for name, sent in {"web visitor": packet, "colleague": colleague, "stranger": stranger}.items():
    through = set(walk(sent, my_group, repaired_acl)["decision"]) == {"pass"}
    print(f"{name}: {'gets through' if through else 'is stopped'}")
plot_packet_walk(walk(stranger, my_group, repaired_acl))

# %% [markdown] slug="one-way-to-close"
"""
<details><summary>One way to do it</summary>

`my_inbound = [{"port": 443, "source": "0.0.0.0/0"}, {"port": 22, "source": "203.0.113.0/24"}]`

The stranger stops at the security group, and you needed no deny rule: what no rule allows stays out. A deny rule in the network ACL would stop the stranger earlier. Its number must be below 100, because the lowest number that fits decides.

</details>

## Your turn

A worked example of a question with two parts: "A switch between two zones breaks. Who replaces it, and why?" The owner is `aws`; the reason names AWS's own network, say `b`. You write `"aws, b"`. For an order, write all letters, such as `"b, c, a"`.
"""

# %% slug="questions-filters"
questions("filters-and-lines")

# %% slug="answers-filters"
answers = {
    "vpc-theatre-open-ssh": None,
    "vpc-school-hostile-range": None,
    "order-firewall-rds-hsm-cognito": None,
    "glue-airport-jdbc-network": None,
    "direct-connect-private-not-encrypted": None,
    "opensearch-mayor-public-domain": None,
}

# %% slug="check-filters"
check(answers)

# %% [markdown] slug="in-practice"
"""
## In practice

What Aylin and Jonas do on Monday:

- **List every rule with `0.0.0.0/0`** or its IPv6 twin `::/0`. Write down why the whole internet needs this port. No reason, no rule. Login needs no open port: Session Manager of AWS Systems Manager works over outbound HTTPS.
- **Let security groups do the daily work.** Use the network ACL for a few coarse rules, such as a deny for a hostile range, and test the answer's way as well.
- **Name an owner for each rule.** A rule without a person outlives its purpose.
- **Insist on TLS.** Refuse plain connections where the service lets you, and keep a calendar of certificates that you install yourself.

## What this leaves out

- The model knows TCP and IPv4, one instance with a public address, and requests that come from outside.
- When the instance itself calls out, the outbound rules of the security group do count.
- A security group may name another security group as its source. Load balancers and AWS Network Firewall add places to the path.

## Sources
"""

# %% slug="sources-list"
sources(
    "aws-shared-responsibility-model",
    "vpc-infrastructure-security",
    "vpc-security-groups",
    "vpc-default-security-group",
    "vpc-network-acls",
    "vpc-traffic-privacy",
    "vpc-internet-gateway",
    "ec2-security-groups",
    "ec2-data-protection",
    "lambda-foundation-networking",
    "waf-rule-group-versions",
    "waf-testing",
    "direct-connect-encryption-in-transit",
    "s3-vulnerability-analysis",
    "systems-manager-vpc-endpoints",
    "rds-ssl-certificate-rotation",
    "aws-rds-certificates-2020",
    "helpnetsecurity-imperva",
    "domain-b-tesla",
)

# %% [markdown] slug="next-lesson"
"""
Next: [08, Encryption and keys](08-encryption-and-keys.ipynb).

[Index](index.md) by domain, service and exam task. Found a mistake? [Report it](https://github.com/shared-responsibility/shared-responsibility/issues/new).
"""
