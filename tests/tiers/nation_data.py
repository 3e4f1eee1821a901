"""The nation of the demo, as data: enterprises of 31 provinces, and notices in every state. All names are made up and say so, in
both languages; codes have right check characters but belong to nobody: their organisation part begins with DEM.
"""
import csv
import io
from dataclasses import dataclass

offline, lagging, real = "qh", "gz", "js"  # provinces: not heard since some hours, behind by some, with a works' center below
works = "works-7"

rows = """
bj 110100 雁桥工业云     Yanqiao Industrial Cloud    platform   3 I64   1
bj 110100 松庭标识节点   Songting Identifier Node    identifier 2 I64   0
tj 120100 星港石化       Xinggang Petrochemicals     connected  3 C2511 2
he 130100 长堤钢铁       Changdi Steel               connected  3 C3120 2
he 130200 枫林水泥       Fenglin Cement              connected  1 C3011 1
sx 140100 黑岩煤业       Heiyan Coal                 connected  3 B0610 1
nm 150100 牧野风电       Muye Wind Power             connected  2 D4415 1
ln 210100 柳塘机床       Liutang Machine Tools       connected  2 C3421 1
jl 220100 白桦汽车部件   Baihua Car Parts            connected  2 C3670 1
hl 230100 冰原油田       Bingyuan Oil Field          connected  3 B0710 1
sh 310100 月湾集装箱码头 Yuewan Container Terminal   connected  3 G5532 2
sh 310100 浦岸工业互联   Puan Industrial Internet    platform   2 I64   1
js 320500 青溪水厂       Qingxi Water Works          connected  3 D4610 1
js 320100 石桥燃气       Shiqiao Gas                 connected  2 D4511 1
js 320200 鹿鸣制药       Luming Pharmaceuticals      connected  2 C2710 1
js 320300 南浦热电       Nanpu Heat and Power        connected  3 D4412 1
zj 330100 竹影纺织       Zhuying Textiles            connected  1 C1751 1
zj 330200 潮音化工       Chaoyin Chemicals           connected  3 C2614 1
ah 340100 云母玻璃       Yunmu Glass                 connected  1 C3041 1
fj 350100 鹭屿水产       Luyu Seafood                connected  0 C1361 1
jx 360100 瓷谷陶瓷       Cigu Ceramics               connected  1 C3074 1
sd 370100 海棠轮胎       Haitang Tyres               connected  2 C2911 1
sd 370200 盐滩制碱       Yantan Soda                 connected  2 C2612 0
ha 410100 麦田食品       Maitian Foods               connected  1 C1411 1
hb 420100 江心芯片       Jiangxin Chips              connected  3 C3973 2
hb 420100 楚桥标识节点   Chuqiao Identifier Node     identifier 2 I64   1
hn 430100 橘岭工程机械   Juling Machinery            connected  2 C3511 1
gd 440100 南屿电子       Nanyu Electronics           connected  2 C3982 2
gd 440300 珠湾工业云     Zhuwan Industrial Cloud     platform   3 I64   1
gd 440100 榕荫注塑       Rongyin Plastics            connected  0 C2927 0
gx 450100 甜岭制糖       Tianling Sugar              connected  1 C1340 1
hi 460100 椰风港务       Yefeng Port                 connected  2 G5532 1
cq 500100 雾桥摩托       Wuqiao Motorcycles          connected  2 C3751 1
sc 510100 云岭水电       Yunling Hydro Power         connected  3 D4413 2
sc 510100 曲水酒业       Qushui Distillery           connected  1 C1512 1
gz 520100 磷山化肥       Linshan Fertilisers         connected  2 C2623 1
yn 530100 铜谷冶炼       Tonggu Smelting             connected  2 C3211 1
xz 540100 雪原光伏       Xueyuan Solar Power         connected  1 D4416 1
sn 610100 黄塬煤化       Huangyuan Coal Chemicals    connected  3 C2521 1
gs 620100 红沙镍业       Hongsha Nickel              connected  2 C3213 1
qh 630100 碧湖锂业       Bihu Lithium                connected  2 C2613 1
nx 640100 沙枣热电       Shazao Heat and Power       connected  2 D4412 1
xj 650100 胡杨油气       Huyang Oil and Gas          connected  3 B0720 1
"""


@dataclass(frozen=True)
class Enterprise:
    number: int
    province: str
    region: str
    zh: str
    en: str
    type: str
    level: str
    industry: str
    sensors: int  # none: registered and not watched

    @property
    def organisation(self):
        return f"cn/{self.province}/{works if self.number == site else self.en.split()[0].lower()}"

    @property
    def name(self):
        return f"{self.zh}（示例）Example {self.en}"

    @property
    def networks(self):
        return "10.3.0.0/16;10.8.0.0/24" if self.number == site else f"10.{20 + self.number}.0.0/16;10.{120 + self.number}.0.0/24"

    @property
    def uscc(self):
        """统一社会信用代码 with its check character (GB 32100)."""
        letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
        first = f"91{self.region}DEM{self.number:06}"
        return first + letters[-sum(letters.index(each) * 3**place for place, each in enumerate(first)) % 31]


def _enterprises():
    for number, row in enumerate(rows.strip().splitlines()):
        province, region, zh, *en, kind, level, industry, sensors = row.split()
        yield Enterprise(number, province, region, zh, " ".join(en), kind, level, industry, int(sensors))


site = [row.split()[2] for row in rows.strip().splitlines()].index("青溪水厂")  # where the story of tests/plant happens
enterprises = tuple(_enterprises())
provinces = tuple(dict.fromkeys(each.province for each in enterprises))
by_organisation = {each.organisation: each for each in enterprises}


def table(chosen=enterprises):
    """The registry as it is exchanged: a CSV with Chinese headings."""
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow(["统一社会信用代码", "企业名称", "企业类型", "级别", "行业代码", "行政区划代码", "组织路径", "联系人", "联系电话", "地址段", "应接入探针数", "备注"])
    for each in chosen:
        lines.writerow([each.uscc, each.name, each.type, each.level, each.industry, each.region, each.organisation, "示例 Example",
                        "000-0000", each.networks, each.sensors, "虚构，仅供演示 Fictional, for the demo"])
    return out.getvalue()


# What is done until a notice stands there; `receive`, `fix` and `submit` at the center of whom it is for, the others at the nation.
ways = {
    "draft": "", "issued": "issue", "received": "issue receive", "fixing": "issue receive fix", "submitted": "issue receive fix submit",
    "review": "issue receive fix submit review", "rejected": "issue receive fix submit reject",
    "closed": "issue receive fix submit review close", "withdrawn": "issue withdraw"}
reasons = {
    "submit": "工程师站已断网，口令已更换 The engineering station is off the network, its password changed",
    "reject": "告警仍在出现 The alerts are still seen", "withdraw": "发错单位 Sent to the wrong works"}


@dataclass(frozen=True)
class Notice:
    state: str
    kind: str
    severity: str
    organisation: str
    title: str
    deadline: int = 72  # hours from now
    earlier: bool = False  # issued some hours ago

    @property
    def steps(self):
        """(whether at the center below, action, reason) each."""
        return [(each in ("receive", "fix", "submit"), each, reasons.get(each, "")) for each in ways[self.state].split()]


notices = (
    Notice("draft", "warning", "medium", "cn/ah/yunmu", "远程维护口令过弱 Weak password for remote maintenance"),
    Notice("issued", "incident", "critical", "cn/tj/xinggang", "陌生主机下装控制器 A controller programmed by a stranger", 24),
    Notice("issued", "warning", "high", "cn/qh/bihu", "扫描之后有写入 Writes after a scan", -6, True),  # the province is offline
    Notice("received", "vulnerability", "high", "cn/gd/nanyu", "控制器固件过旧 Outdated controller firmware", 120),
    Notice("fixing", "incident", "high", "cn/sc/yunling", "设定值超出常用范围 A setpoint beyond its usual range", 48),
    Notice("fixing", "incident", "critical", "cn/js/works-7", "泵房控制器被停机 Pump hall controller stopped", -3, True),
    Notice("submitted", "incident", "high", "cn/zj/chaoyin", "新主机写入控制器 A new host writes to controllers", 30),
    Notice("review", "warning", "medium", "cn/hb/jiangxin", "办公网可达工控网 The office reaches the control network", 60),
    Notice("rejected", "incident", "high", "cn/he/changdi", "轧线控制器被读取 Rolling mill controllers read out", 12),
    Notice("closed", "incident", "critical", "cn/js/works-7", "未登记的程序下装 A download nobody announced", 96),
    Notice("closed", "vulnerability", "medium", "cn/sh/yuewan", "起重机接口无认证 Crane interface without authentication", 96),
    Notice("withdrawn", "warning", "low", "cn/hi/yefeng", "误发 Issued by mistake"),
)
