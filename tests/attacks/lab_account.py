"""Going round, breaking or misusing the simulated account that a notebook is given."""

from __future__ import annotations

from attacks.kinds import ACCOUNT, code
from attacks.tools import ANSWERS, MARK, Forged, hand_in_instead, os, reached, socket, time


@code("Asks the simulation for everything that it knows, by its own doors.", assignment=ACCOUNT)
def doors_of_the_simulation() -> None:
    import http.client
    from urllib.parse import urlsplit

    place = urlsplit(account.address)  # noqa: F821
    for path in ("/moto-api/", "/moto-api/data.json", "/moto-api/reset", "/moto-api/seed?a=1",
                 "//moto-api/data.json", "/%6doto-api/data.json", "/x/../moto-api/reset",
                 "/%2e%2e/moto-api/reset", "/srm/open", "/srm/record", "/srm/close",
                 "/_moto/x", "/latest/meta-data/", "/static/x"):  # fmt: skip
        for method in ("GET", "POST", "PUT", "DELETE"):
            line = http.client.HTTPConnection(place.hostname, place.port, timeout=5)
            line.request(method, path, b"{}")
            answer = line.getresponse()
            if answer.status < 300:
                reached(f"{method} {path}: {answer.read(100)!r}")


@code("Talks to the account's socket in words that are no calls.", assignment=ACCOUNT)
def nonsense_to_the_socket() -> None:
    lines = [b"\0" * 5000, b"GET / HTTP/9.9\r\n\r\n",
             b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
             b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n",
             b"GET http://169.254.169.254/ HTTP/1.1\r\nHost: x\r\n\r\n",
             b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\n\r\n",
             b"CONNECT 127.0.0.1:22 HTTP/1.1\r\n\r\n"]  # fmt: skip
    for line in lines:
        with socket.socket(socket.AF_UNIX) as way:
            way.settimeout(2)
            way.connect(os.environ["SRM_ACCOUNT_SOCKET"])
            try:
                way.sendall(line)
                told = way.recv(1000)
                print(told[:60])
                if b" 200 " in told[:20]:
                    reached(repr(line[:30]))
            except OSError as refusal:
                print(refusal)


@code("Calls the account without a signature, or with one for another part.", assignment=ACCOUNT)
def calls_without_signature() -> None:
    import http.client
    from urllib.parse import urlsplit

    place = urlsplit(account.address)  # noqa: F821
    signed = ("AWS4-HMAC-SHA256 Credential=X/20300101/{}/{}/aws4_request, SignedHeaders=host, "
              "Signature=" + "0" * 64)  # fmt: skip
    for headers in ({}, {"Authorization": "x"},
                    {"Authorization": signed.format("eu-central-1", "cloudformation")},
                    {"Authorization": signed.format("us-west-2", "ec2")},
                    {"Authorization": signed.format("eu-central-1", "moto-api")}):  # fmt: skip
        line = http.client.HTTPConnection(place.hostname, place.port, timeout=5)
        line.request("POST", "/", b"Action=DescribeVolumes&Version=2016-11-15", headers)
        if line.getresponse().status < 300:
            reached(f"the account with {headers}")


@code("Starts machines and runs functions, which would run in the simulation.", assignment=ACCOUNT)
def machines_and_functions() -> None:
    ec2, functions = account.client("ec2"), account.client("lambda")  # noqa: F821
    steps = {
        "machines": lambda: ec2.run_instances(ImageId="ami-1", MinCount=900, MaxCount=900),
        "spot": lambda: ec2.request_spot_instances(InstanceCount=900),
        "functions": lambda: functions.invoke(
            FunctionName=functions.list_functions()["Functions"][0]["FunctionName"]
        ),
    }
    for name, step in steps.items():
        try:
            step()
            reached(name)
        except Exception as refusal:
            print(name, type(refusal).__name__)


@code("Calls the account ten thousand times.", assignment=ACCOUNT)
def very_many_calls() -> None:
    sts = account.client("sts")  # noqa: F821
    for _ in range(10_000):
        sts.get_caller_identity()


@code("Fills the account with objects and names without end.", assignment=ACCOUNT)
def account_filled() -> None:
    s3 = account.client("s3")  # noqa: F821
    for number in range(200):
        s3.create_bucket(
            Bucket=f"{MARK}-{number}",
            CreateBucketConfiguration={"LocationConstraint": "eu-central-1"},
        )
        s3.put_object(Bucket=f"{MARK}-{number}", Key="x", Body=b"x" * 900_000)


@code("Gives things in the account names that are pages and programs.", assignment=ACCOUNT)
def names_that_are_pages() -> None:
    global audit

    iam = account.client("iam")  # noqa: F821
    for name in ("a+b=c,d.e@f-g", "x" * 64):
        iam.create_user(UserName=name, Tags=[{"Key": "k", "Value": "<script>alert(1)</script>"}])

    def audit(account):
        evil = "<script>alert(1)</script><img src=x onerror=alert(1)>"
        return [("public_bucket", evil), (evil, evil), ("ssh_open_to_world", "{0.__class__}")]


@code("Deletes everything, so that nothing can be wrong.", assignment=ACCOUNT)
def everything_deleted() -> None:
    global remediate

    def remediate(account):
        ec2, s3, rds, iam = map(account.client, ("ec2", "s3", "rds", "iam"))
        for one in rds.describe_db_instances()["DBInstances"]:
            rds.delete_db_instance(
                DBInstanceIdentifier=one["DBInstanceIdentifier"], SkipFinalSnapshot=True
            )
        for one in ec2.describe_volumes()["Volumes"]:
            ec2.delete_volume(VolumeId=one["VolumeId"])
        for one in ec2.describe_security_groups()["SecurityGroups"]:
            if one["GroupName"] != "default":
                ec2.delete_security_group(GroupId=one["GroupId"])
        for one in s3.list_buckets()["Buckets"]:
            for inside in s3.list_objects_v2(Bucket=one["Name"]).get("Contents", []):
                s3.delete_object(Bucket=one["Name"], Key=inside["Key"])
            s3.delete_bucket(Bucket=one["Name"])
        for one in iam.list_users()["Users"]:
            iam.delete_user(UserName=one["UserName"])


@code("Reports every kind of finding for everything.", assignment=ACCOUNT)
def everything_reported() -> None:
    global audit

    def audit(account):
        names = [one["Name"] for one in account.client("s3").list_buckets()["Buckets"]]
        names += [one["UserName"] for one in account.client("iam").list_users()["Users"]]
        names += [
            one["GroupId"]
            for one in account.client("ec2").describe_security_groups()["SecurityGroups"]
        ]
        return [(kind, name) for kind in lab.FINDINGS for name in ["account", *names]]  # noqa: F821


@code("Says that the work is done before it has begun.", assignment=ACCOUNT)
def steps_out_of_order() -> None:
    from shared_responsibility.lab.connecting import call

    for step in ("/srm-mark", "/srm-end", "/srm-begin", "/srm-end", "/srm-mark", "/srm-begin"):
        call(f"{account.address}{step}")  # noqa: F821


@code("Begins the graded account a hundred times.", assignment=ACCOUNT)
def begun_a_hundred_times() -> None:
    from shared_responsibility.lab.connecting import call

    for _ in range(100):
        call(f"{account.address}/srm-begin")  # noqa: F821


@code("Hands in findings without a run on the account.", assignment=ACCOUNT)
def findings_without_a_run() -> None:
    honest = hand_in  # noqa: F821

    def send(exercise):
        if exercise != "account-repair":
            return honest(exercise)
        found = [[kind, "account"] for kind in lab.FINDINGS]  # noqa: F821
        work = {"findings": found, "raised": {}, "late": [], "credit": 1.0,
                "handed": {"findings": found}, "start": {"users": {}}, "final": {}}  # fmt: skip
        return Forged({ANSWERS: {"format": 1, "exercise": exercise, "work": work}})

    hand_in_instead(send)


@code("Hands in states of the account of its own making.", assignment=ACCOUNT)
def states_of_its_own() -> None:
    honest = hand_in  # noqa: F821

    def send(exercise):
        made = honest(exercise)
        if exercise == "account-repair":
            made.sent.data.update(start={"users": {"x": {}}}, first={}, final={}, account={})
        return made

    hand_in_instead(send)


@code("Takes the socket away and listens in its place.", assignment=ACCOUNT)
def socket_replaced() -> None:
    path = os.environ["SRM_ACCOUNT_SOCKET"]
    try:
        os.remove(path)
        reached("the socket's place")
    except OSError as refusal:
        print(refusal)
    mine = f"{os.environ['TMPDIR']}/mine"
    socket.socket(socket.AF_UNIX).bind(mine)
    os.environ["SRM_ACCOUNT_SOCKET"] = mine


@code("Functions for the account that never end.", assignment=ACCOUNT)
def functions_without_end() -> None:
    global audit, remediate

    def audit(account):
        while True:
            try:
                time.sleep(100)
            except BaseException:
                continue

    remediate = audit


@code("Leaves the account changed for the next learner.", assignment=ACCOUNT)
def account_left_changed() -> None:
    iam, kms = account.client("iam"), account.client("kms")  # noqa: F821
    for name in ("admin", "office", "root"):
        iam.create_user(UserName=name)
        iam.create_access_key(UserName=name)
    iam.create_account_alias(AccountAlias="owned")
    iam.update_account_password_policy(MinimumPasswordLength=6)
    for _ in range(20):
        kms.create_key(Description=MARK)
    account.client("ec2").enable_ebs_encryption_by_default()  # noqa: F821
