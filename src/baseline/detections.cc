// What a deviation from habit means to an analyst. Sids 9107600 to 9107699 are those of habits.
#include <iterator>

#include "baseline/deviation.h"

namespace langyan::baseline {
namespace {

// clang-format off
constexpr Detection rows[] = {
    {9107600, "baseline.new_peer", Severity::medium, "T0886",
     {"Two hosts talk that never did", "两台主机首次通信"},
     {"This client never spoke to this server while the plant was learned.", "学习期间该客户端从未与该服务器通信。"},
     {"Find out who set it up; if nobody did, look at what else the client did since.", "查明由谁配置；若无人承认，查看该客户端此后的其他行为。"}},
    {9107601, "baseline.new_protocol", Severity::medium, "T0869",
     {"Two hosts use a protocol they never did", "两台主机使用了新协议"},
     {"The two are known to each other, but not in this protocol.", "两者相互通信，但从未使用该协议。"},
     {"Ask whether software was added or changed on the client.", "询问客户端是否新增或更改了软件。"}},
    {9107602, "baseline.new_service", Severity::low, "T0885",
     {"A service of unknown protocol is used", "使用了未知协议的服务"},
     {"A port of this server is used that was not, in a protocol no decoder knows.", "该服务器上此前未用的端口被使用，且协议无法识别。"},
     {"See what listens there; remote access tools and tunnels look like this.", "查看该端口由何程序监听；远程控制工具与隧道常呈此状。"}},
    {9107603, "baseline.new_unit", Severity::low, "T0846",
     {"A further device behind a gateway is addressed", "访问了网关后的新设备"},
     {"The client never addressed this unit of the server.", "该客户端从未访问过该服务器的此单元。"},
     {"See whether a device was added; a client that tries one unit after the other is looking around.", "确认是否新增设备；逐个尝试单元号的客户端是在探测。"}},
    {9107604, "baseline.new_verb", Severity::medium, "T0855",
     {"A kind of operation that never came", "出现新的操作类型"},
     {"The client never did this to the server while the plant was learned.", "学习期间该客户端从未对该服务器执行此类操作。"},
     {"Compare with work orders of that hour.", "与该时段的工单核对。"}},
    {9107605, "baseline.new_function", Severity::low, "T0855",
     {"A function of the protocol that was never used", "使用了新的功能码"},
     {"The operation is of a known kind, but through a function this client never used here.", "操作类型已知，但经由该客户端从未在此使用的功能码。"},
     {"Ask whether the client's software was changed.", "询问客户端软件是否更改。"}},
    {9107606, "baseline.new_object", Severity::low, "T0861",
     {"An address that was never touched", "访问了新的地址"},
     {"The operation is usual, the object is not.", "操作常见，但对象不常见。"},
     {"For a write find out what the object drives before you call it normal.", "若为写操作，先查明该对象控制什么，再判定为正常。"}},
    {9107607, "baseline.new_writer", Severity::high, "T0855",
     {"A host writes to a device for the first time", "主机首次向设备写入"},
     {"This host changed values of a device it never wrote to.", "该主机更改了从未写入过的设备的值。"},
     {"Call the shift: if nobody there did it, cut the host off and put the values back.", "联系当班人员：若非其所为，隔离该主机并恢复原值。"}},
    {9107608, "baseline.new_programmer", Severity::critical, "T0843",
     {"A host programs a device for the first time", "主机首次对设备编程"},
     {"This host started, stopped, configured or loaded a device it never did that to.", "该主机对从未操作过的设备执行了启动、停止、配置或下装。"},
     {"Without a work order treat it as an attack: cut the host off and compare the program with the saved one.", "若无工单，按攻击处理：隔离该主机，并将程序与备份比对。"}},
    {9107609, "baseline.second_master", Severity::high, "T0848",
     {"A second master", "出现第二个主站"},
     {"One host alone asked this device; now another does too.", "此前仅一台主机访问该设备；现在另有主机访问。"},
     {"A rogue master looks like this; find the host, it may hold the wrong values against the right ones.", "非法主站常呈此状；找到该主机，其可能写入与正常值冲突的数据。"}},
    {9107610, "baseline.server_asks", Severity::high, "T0886",
     {"A device that only answered now asks others", "仅应答的设备开始主动访问"},
     {"Controllers and field devices that turn to others by themselves were reprogrammed or taken over.", "控制器或现场设备主动访问他者，可能被重新编程或被控制。"},
     {"Compare its program and firmware with the saved ones.", "将其程序和固件与备份比对。"}},
    {9107611, "baseline.value_range", Severity::medium, "T0836",
     {"A written value outside its usual range", "写入值超出常用范围"},
     {"This object was always set to values within a range; this one is outside.", "该对象的设定值一向在某范围内；此值超出。"},
     {"Ask the operator; put the value back if nobody meant it.", "询问操作员；若非本意则恢复原值。"}},
    {9107612, "baseline.value_step", Severity::medium, "T0836",
     {"A written value jumps further than ever", "写入值跳变幅度异常"},
     {"The value is within its range, but never changed by so much at once.", "该值在范围内，但从未一次变化如此之大。"},
     {"Ask the operator; ramps protect machines.", "询问操作员；缓升缓降是为保护设备。"}},
    {9107613, "baseline.unusual_hour", Severity::low, "T0859",
     {"An operation at an unusual hour", "操作时间异常"},
     {"Operations of this kind always came at other hours or days.", "此类操作一向发生在其他时段或日期。"},
     {"Ask who worked then; stolen accounts work at night.", "询问当时谁在操作；被盗账号常在夜间使用。"}},
    {9107614, "baseline.period_changed", Severity::low, "T0814",
     {"A poll keeps another pace", "轮询周期改变"},
     {"What came in a steady rhythm now comes in another.", "原本节奏稳定的通信改变了节奏。"},
     {"See whether the client was reconfigured, or the device answers slowly.", "确认客户端是否重新配置，或设备响应变慢。"}},
    {9107615, "baseline.poll_stopped", Severity::medium, "T0829",
     {"A steady poll stopped", "稳定的轮询停止"},
     {"The client no longer reads what it read all the time: the view of this device is lost.", "客户端不再读取其一直读取的数据：该设备失去监视。"},
     {"Check client, device and the line between; look for what came right before.", "检查客户端、设备及其间线路；查看此前发生了什么。"}},
    {9107616, "baseline.sender_silent", Severity::medium, "T0804",
     {"A steady sender fell silent", "稳定的发送方静默"},
     {"Values or messages that were sent all the time no longer come.", "一直发送的数据或报文不再出现。"},
     {"Check the sender; blocked reports hide what happens in the plant.", "检查发送方；上报被阻断会掩盖现场情况。"}},
    {9107617, "baseline.many", Severity::medium, "",
     {"More deviations than are said one by one", "偏差过多，不再逐条告警"},
     {"Within an hour so much differed from what was learned that the rest is logged without alerts.", "一小时内与学习结果的偏差过多，其余仅记录不告警。"},
     {"See whether the plant was rebuilt (then learn anew) or the sensor's mirror port changed.", "确认是否改造（则重新学习），或镜像端口有变。"}},
    {9107618, "baseline.volume", Severity::medium, "T0882",
     {"Two hosts exchange far more than usual", "两台主机间的通信量远超平常"},
     {"Within an hour these two exchanged more octets than in any hour learned, by far: data is taken out, or a device is read over and over.",
      "一小时内两者交换的字节数远超学习期间的任何一小时：可能有数据外泄，或设备被反复读取。"},
     {"Find out what was copied and who asked for it; a new backup or export is approved once.", "查明复制了什么、由谁请求；新增的备份或导出批准一次即可。"}},
};
// clang-format on
static_assert(std::size(rows) == static_cast<std::size_t>(Kind::last), "one row a kind, in the enum's order");

constexpr std::size_t prefix = std::string_view("baseline.").size();

}  // namespace

std::string_view kind_name(Kind kind) {
  return detection(kind).name.substr(prefix);
}

const Detection& detection(Kind kind) {
  return rows[static_cast<std::size_t>(kind)];
}

std::span<const Detection> detections() {
  return rows;
}

bool programs(Verb verb) {
  switch (verb) {
    case Verb::start:
    case Verb::stop:
    case Verb::reset:
    case Verb::mode:
    case Verb::download:
    case Verb::firmware:
    case Verb::configure: return true;
    default: return false;
  }
}

Severity severity_of(Kind kind, Verb verb, bool industrial) {
  const Severity usual = detection(kind).severity;
  switch (kind) {
    case Kind::new_peer:
    case Kind::new_protocol:
      if (!industrial) return Severity::low;
      return usual;
    case Kind::new_verb:
      if (programs(verb)) return Severity::high;
      if (changes_process(verb) || is_weighty(verb)) return Severity::medium;
      return Severity::low;
    case Kind::new_function:
    case Kind::new_object: return changes_process(verb) || is_weighty(verb) ? Severity::medium : Severity::low;
    case Kind::poll_stopped:
    case Kind::period_changed:
    case Kind::sender_silent: return industrial ? usual : Severity::low;
    case Kind::unusual_hour: return is_weighty(verb) ? Severity::medium : Severity::low;
    default: return usual;
  }
}

}  // namespace langyan::baseline
