#include "parsers/mms/mms.h"

#include <gmock/gmock.h>

#include "parsers/mms/table.h"
#include "parsers/mms/test_message.h"

namespace langyan::mms {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

class Mms : public testing::Test {
 protected:
  MessageDecoder decoder_{protocol};
  Decoded asked(const Octets& octets) { return decoder_(octets, ask); }
  Decoded answered(const Octets& octets) { return decoder_(octets, answer); }
};

TEST_F(Mms, ConnectsAndIsRefusedByTheTransport) {
  const Decoded connect = asked(tpkt("11e0 0000 0001 00 c0010d c2020001 c1020002"));
  EXPECT_EQ(connect.role, Role::request);
  EXPECT_EQ(connect["calling_tsap"], "0002");
  EXPECT_EQ(connect["called_tsap"], "0001");
  EXPECT_EQ(connect["service"], "connect");
  EXPECT_THAT(connect.operations, ElementsAre("session pending"));
  const Decoded refused = answered(tpkt("0680 0001 0002 88"));
  EXPECT_EQ(refused.role, Role::answer);
  EXPECT_THAT(refused.operations, ElementsAre("session refused 136"));
  EXPECT_EQ(answered(tpkt("0680 0001 0002 80")).role, Role::event);
}

TEST_F(Mms, AssociatesWithTitlesAndWhatIsNegotiated) {
  const Decoded got = asked(session_connect("0d", aarq()));
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got.role, Role::request);
  EXPECT_EQ(got["spdu"], "connect");
  EXPECT_EQ(got["acse"], "associate_request");
  EXPECT_EQ(got["application_context"], "1.0.9506.2.3");
  EXPECT_EQ(got["called_ap_title"], "1.1.1.999.1");
  EXPECT_EQ(got["calling_ap_title"], "1.1.1.999");
  EXPECT_EQ(got["calling_ae_qualifier"], "12");
  EXPECT_EQ(got["pdu"], "initiate_request");
  EXPECT_EQ(got["local_detail"], "65000");
  EXPECT_EQ(got["nesting_level"], "10");
  EXPECT_EQ(got["services_supported"], "ee1c00000408000079ef18");
  EXPECT_EQ(got["authentication_mechanism"], "absent");
  EXPECT_THAT(got.operations, ElementsAre("session pending"));
  const Decoded granted = answered(session_connect("0e", aare(0, 0, initiate("a9"))));
  EXPECT_EQ(granted["association_result"], "accepted");
  EXPECT_EQ(granted["responding_ap_title"], "1.1.1.999.1");
  EXPECT_THAT(granted.operations, ElementsAre("session ok"));
  EXPECT_EQ(granted["exchange"], got["exchange"]) << "they are paired by it";
}

TEST_F(Mms, ARejectedAssociationRefusesTheAuthenticationToo) {
  // A mechanism name (a password) and its value, which is not shown.
  const Decoded got =
      asked(session_connect("0d", aarq(v("8b", "520301") + v("ac", vs("80", "secret")))));
  EXPECT_EQ(got["authentication_mechanism"], "2.2.3.1");
  EXPECT_THAT(got.operations, ElementsAre("session pending", "auth pending"));
  for (const auto& [name, value] : got.fields)
    EXPECT_EQ(value.find("secret"), std::string::npos) << name;
  const Decoded refused =
      answered(session_connect("0e", aare(1, 13, v("aa", v("a0", v("88", "00"))))));
  EXPECT_EQ(refused["association_result"], "rejected_permanent");
  EXPECT_EQ(refused["association_diagnostic"], "authentication_failure");
  EXPECT_THAT(refused.operations, ElementsAre("session refused 13", "auth refused 13"));
}

TEST_F(Mms, TheSessionRefusesFinishesAndAborts) {
  const std::string unit = v("61", v("30", "020101" + v("a0", v("64", v("80", "01")))));
  const Decoded refused =
      answered(data_unit(parameter("0c", parameter("32", "02" + v("30", v("8a", "00") + unit)))));
  EXPECT_EQ(refused.role, Role::answer);
  EXPECT_THAT(refused.operations, ElementsAre("session refused 2"));
  const std::string release = v("61", v("30", "020101" + v("a0", v("62", v("80", "00")))));
  const Decoded finish = asked(data_unit(parameter("09", parameter("c1", release))));
  EXPECT_EQ(finish.role, Role::request);
  EXPECT_EQ(finish["acse"], "release_request");
  EXPECT_EQ(finish["service"], "release");
  const Decoded abort = asked(data_unit(parameter("19", parameter("11", "01"))));
  EXPECT_EQ(abort.role, Role::event);
  EXPECT_EQ(abort["service"], "abort");
}

TEST_F(Mms, ReadsVariablesAndTheirValues) {
  const Decoded got =
      asked(request(read_of(variable("LD/GGIO1$ST$Ind1$stVal") + variable("Global"))));
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got["pdu"], "confirmed_request");
  EXPECT_EQ(got["service"], "read");
  EXPECT_EQ(got["invoke_id"], "7");
  EXPECT_EQ(got["application"], "iec61850");
  EXPECT_THAT(got.operations,
              ElementsAre("read LD/GGIO1$ST$Ind1$stVal pending", "read Global pending"));
  EXPECT_THAT(got.items, ElementsAre(Contains(Pair("variable", "LD/GGIO1$ST$Ind1$stVal")),
                                     Contains(Pair("variable", "Global"))));
  const Decoded values = answered(response(results(on + v("80", "0a"))));
  EXPECT_EQ(values.role, Role::answer);
  EXPECT_THAT(values.operations, ElementsAre("read=1 ok", "read refused 4106"));
  EXPECT_THAT(values.items,
              ElementsAre(Contains(Pair("value", "true")),
                          Contains(Pair("data_access_error", "object_non_existent"))));
}

TEST_F(Mms, ValuesOfEveryType) {
  const auto value = [&](const std::string& data) {
    const Decoded got = answered(response(results(data)));
    EXPECT_EQ(got.fault, "") << data;
    return got.items.empty() ? "none" : got.items[0].at("value");
  };
  EXPECT_EQ(value(v("83", "ff")), "true");
  EXPECT_EQ(value(v("84", "0680")), "10");
  EXPECT_EQ(value(v("85", "ff")), "-1");
  EXPECT_EQ(value(v("86", "00ff")), "255");
  EXPECT_EQ(value(v("87", "0841a60000")), "20.75");
  EXPECT_EQ(value(v("87", "083dcccccd")), "0.1");
  EXPECT_EQ(value(v("87", "0b3ff8000000000000")), "1.5");
  EXPECT_EQ(value(v("89", "0102ff")), "0102ff");
  EXPECT_EQ(value(vs("8a", "open")), "open");
  EXPECT_EQ(value(v("8c", "000003e80001")), "1984-01-02T00:00:01.000000Z");
  EXPECT_EQ(value(v("8d", "12")), "18");
  EXPECT_EQ(value(v("8f", "28ca220203")), "1.0.9506.2.3");
  EXPECT_EQ(value(vs("90", "text")), "text");
  EXPECT_EQ(value(v("91", "386d43808000000a")), "2000-01-01T00:00:00.500000Z");
  EXPECT_EQ(value(v("a2", v("a1", on + off) + v("a2") + v("85", "05"))), "{{true,false},{},5}");
}

TEST_F(Mms, ValuesOfAnotherTypeThanTheyClaimAreNone) {
  for (const std::string& data : {v("83", "0000"), v("87", "084041"), v("84", "0880"), v("85"),
                                  v("91", "00"), v("88"), v("86", "010000000000000000")}) {
    const Decoded got = answered(response(results(data)));
    EXPECT_EQ(got.fault, "mms.value") << data;
    EXPECT_THAT(got.operations, ElementsAre("read ok")) << data;
  }
}

TEST_F(Mms, AProcessValueComesWithItsQuality) {
  const std::string quality = v("84", "03 4000"), time = v("91", "386d43808000000a");
  EXPECT_THAT(answered(response(results(v("a2", v("84", "0680") + quality + time)))).operations,
              ElementsAre("read='10' ok"));
  EXPECT_THAT(answered(response(results(v("a2", v("a2", v("87", "0841a60000")) + quality + time))))
                  .operations,
              ElementsAre("read=20.75 ok"));
  EXPECT_THAT(answered(response(results(v("a2", v("a2", v("85", "02")) + v("86", "09") +
                                                    v("85", "07") + quality + time + off))))
                  .operations,
              ElementsAre("read=7 ok"));
}

TEST_F(Mms, AListsValuesAreNotThoseOfOneVariable) {
  const Decoded got = asked(request(v("a4", v("a1", v("a1", named("LD/LLN0$Stat"))))));
  EXPECT_THAT(got.operations, ElementsAre("read LD/LLN0$Stat pending"));
  const Decoded values = answered(response(results(on + off)));
  EXPECT_THAT(values.operations, ElementsAre("read ok"));
  EXPECT_THAT(values.items, SizeIs(2));
}

TEST_F(Mms, SelectsPartsOfAVariable) {
  const auto object = [&](const std::string& selection) {
    return asked(request(read_of(variable("LD/X", v("a5", selection))))).operations.at(0);
  };
  EXPECT_EQ(object(vs("81", "q")), "read LD/X$q pending");
  EXPECT_EQ(object(v("82", "05")), "read LD/X(5) pending");
  EXPECT_EQ(object(v("a3", v("80", "02") + v("81", "08"))), "read LD/X(2)*(8) pending");
  EXPECT_EQ(object(v("a0", v("81", "05") + v("30", vs("81", "q")))), "read LD/X(5)$q pending");
}

TEST_F(Mms, WritesByFunctionalConstraint) {
  const auto written = [&](std::string_view name) {
    return asked(request(write_of(variable(name), on))).operations.at(0);
  };
  EXPECT_EQ(written("LD/PTOC1$SP$StrVal$setMag$f"), "write LD/PTOC1$SP$StrVal$setMag$f=1 pending");
  EXPECT_EQ(written("LD/PTOC1$SE$OpDlTmms$setVal"),
            "configure LD/PTOC1$SE$OpDlTmms$setVal=1 pending");
  EXPECT_EQ(written("LD/CSWI1$CF$Pos$ctlModel"), "configure LD/CSWI1$CF$Pos$ctlModel=1 pending");
  EXPECT_EQ(written("LD/MMXU1$SV$TotW$subEna"), "force LD/MMXU1$SV$TotW$subEna=1 pending");
  EXPECT_EQ(written("LD/LLN0$BR$brcb01$RptEna"), "subscribe LD/LLN0$BR$brcb01$RptEna=1 pending");
  EXPECT_EQ(written("LD/LLN0$GO$gcb01$GoEna"), "configure LD/LLN0$GO$gcb01$GoEna=1 pending");
  EXPECT_EQ(written("Plain"), "write Plain=1 pending");
  EXPECT_THAT(answered(response(v("a5", v("81") + v("80", "03")))).operations,
              ElementsAre("write ok", "write refused 4099"));
}

TEST_F(Mms, WritesWithoutAValueForEachNameAreSaid) {
  const Decoded few = asked(request(write_of(variable("A") + variable("B"), on)));
  EXPECT_EQ(few.fault, "mms.count");
  EXPECT_THAT(few.operations, ElementsAre("write A=1 pending", "write B pending"));
  EXPECT_EQ(asked(request(write_of(variable("A"), on + off))).fault, "mms.count");
}

// --- controls ---

std::string order(std::string_view object, std::string_view service, const std::string& value) {
  return write_of(variable(std::string(object) + "$" + std::string(service)), control(value));
}
const std::string granted = v("a5", v("81")), denied = v("a5", v("80", "03"));
constexpr std::string_view breaker = "LD/CSWI1$CO$Pos";

TEST_F(Mms, SelectsAndOperatesWithItsParameters) {
  const Decoded select = asked(request(order(breaker, "SBOw", on)));
  EXPECT_THAT(select.operations, ElementsAre("select LD/CSWI1$CO$Pos$SBOw=1 pending"));
  EXPECT_EQ(select["originator_category"], "station_control");
  EXPECT_EQ(select["originator"], "HMI");
  EXPECT_EQ(select["control_number"], "3");
  EXPECT_EQ(select["control_test"], "0");
  EXPECT_EQ(select["control_check"], "1");
  answered(response(granted));
  const Decoded operate = asked(request(order(breaker, "Oper", on), 8));
  EXPECT_EQ(operate.fault, "");
  EXPECT_THAT(operate.operations, ElementsAre("control LD/CSWI1$CO$Pos$Oper=1 pending"));
  EXPECT_THAT(asked(request(order(breaker, "Cancel", on), 9)).operations,
              ElementsAre("control LD/CSWI1$CO$Pos$Cancel=1 pending"));
  EXPECT_THAT(asked(request(order("LD/LLN0$CO$Mod", "Oper", v("85", "03")))).operations,
              ElementsAre("mode LD/LLN0$CO$Mod$Oper=3 pending"));
}

TEST_F(Mms, SaysAnOperateThatDiffersFromItsSelect) {
  asked(request(order(breaker, "SBOw", on)));
  answered(response(granted));
  EXPECT_EQ(asked(request(order(breaker, "Oper", off), 8)).fault, "mms.differs");
}

TEST_F(Mms, SaysAnOperateAfterARefusedSelect) {
  asked(request(order(breaker, "SBOw", on)));
  answered(response(denied));
  EXPECT_EQ(asked(request(order("LD/CSWI2$CO$Pos", "Oper", on), 8)).fault, "") << "another object";
  EXPECT_EQ(asked(request(order(breaker, "Oper", on), 9)).fault, "mms.unselected");
  asked(request(order("LD/CSWI4$CO$Pos", "SBOw", on), 10));
  answered(refusal(7, 3, 10));
  EXPECT_EQ(asked(request(order("LD/CSWI4$CO$Pos", "Oper", on), 11)).fault, "mms.unselected");
}

TEST_F(Mms, ASecondOperateIsSaidOnlyWhenItIsRefused) {
  asked(request(order(breaker, "SBOw", on)));
  answered(response(granted));
  EXPECT_EQ(asked(request(order(breaker, "Oper", on), 8)).fault, "");
  answered(response(granted, 8));
  EXPECT_EQ(asked(request(order(breaker, "Oper", on), 9)).fault, "")
      << "it may stay selected for many";
  EXPECT_EQ(answered(response(granted, 9)).fault, "");
  EXPECT_EQ(asked(request(order(breaker, "Oper", on), 10)).fault, "");
  EXPECT_EQ(answered(response(denied, 10)).fault, "mms.unselected");
}

TEST_F(Mms, SelectsByReadingAName) {
  const std::string name = std::string(breaker) + "$SBO";
  EXPECT_THAT(asked(request(read_of(variable(name)))).operations,
              ElementsAre("select LD/CSWI1$CO$Pos$SBO pending"));
  EXPECT_THAT(answered(response(results(vs("8a", breaker)))).operations,
              ElementsAre("select='LD/CSWI1$CO$Pos' ok"));
  EXPECT_EQ(asked(request(order(breaker, "Oper", on), 8)).fault, "");
  asked(request(read_of(variable(name)), 9));
  EXPECT_THAT(answered(response(results(v("8a")), 9)).operations,
              ElementsAre("select='' refused 0"))
      << "an empty name: not selected";
  EXPECT_EQ(asked(request(order(breaker, "Oper", on), 10)).fault, "mms.unselected");
}

TEST_F(Mms, ReportsHowAControlEnded) {
  const std::string error =
      v("a2", vs("8a", "LD/CSWI1$CO$Pos$Oper") + v("85", "01") + v("a2", v("85", "02") + v("89")) +
                  v("86", "03") + v("85", "12"));
  const Decoded got = answered(
      unasked(v("a0", v("a0", variable("LastApplError") + variable("LD/CSWI1$CO$Pos$Oper")) +
                          v("a0", error + control(on)))));
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got.role, Role::event);
  EXPECT_EQ(got["add_cause"], "object_not_selected");
  EXPECT_EQ(got["control_error"], "unknown");
  EXPECT_THAT(got.operations,
              ElementsAre("alarm LD/CSWI1$CO$Pos$Oper ok", "report LD/CSWI1$CO$Pos$Oper=1 ok"));
}

// --- reports ---

TEST_F(Mms, ReportsMembersByReference) {
  // Sequence, time, reason, data set, reference, entry, revision; two of three members.
  const std::string head = vs("8a", "LD/LLN0$rcb") + v("84", "067d80") + v("86", "07") +
                           v("8c", "000003e80001") + vs("8a", "LD/LLN0$Stat") + v("89", "01") +
                           v("86", "02") + v("84", "05a0");
  const std::string references = vs("8a", "LD/A$ST$X") + vs("8a", "LD/B$ST$Y"),
                    reasons = v("84", "0240") + v("84", "0240");
  const std::string list = v("a1", vs("80", "RPT"));
  const Decoded got =
      answered(unasked(v("a0", list + v("a0", head + references + on + v("85", "09") + reasons))));
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got["report_id"], "LD/LLN0$rcb");
  EXPECT_EQ(got["report_sequence"], "7");
  EXPECT_EQ(got["data_set"], "LD/LLN0$Stat");
  EXPECT_EQ(got["configuration_revision"], "2");
  EXPECT_EQ(got["entry_id"], "01");
  EXPECT_THAT(got.operations, ElementsAre("report LD/A$ST$X=1 ok", "report LD/B$ST$Y=9 ok"));
  EXPECT_THAT(
      got.items,
      ElementsAre(AllOf(Contains(Pair("variable", "LD/A$ST$X")), Contains(Pair("inclusion", "1"))),
                  AllOf(Contains(Pair("value", "9")), Contains(Pair("inclusion", "3")))));
  const Decoded broken =
      answered(unasked(v("a0", list + v("a0", vs("8a", "id") + v("84", "067d80") + on))));
  EXPECT_EQ(broken.fault, "mms.report");
  EXPECT_THAT(broken.operations, ElementsAre("report ok"));
}

TEST_F(Mms, ReportsADataSetWithoutReferences) {
  const std::string head = vs("8a", "rcb") + v("84", "064000") + v("86", "01") + v("84", "0640");
  const Decoded got = answered(unasked(v("a0", v("a1", vs("80", "RPT")) + v("a0", head + off))));
  EXPECT_EQ(got.fault, "");
  EXPECT_THAT(got.operations, ElementsAre("report rcb ok"));
  EXPECT_THAT(got.items, ElementsAre(AllOf(Contains(Pair("value", "false")),
                                           Contains(Pair("inclusion", "2")))));
  EXPECT_EQ(answered(unasked(v("a0", v("a0", variable("A")) + v("a0", on + off)))).fault,
            "mms.count");
}

// --- other services ---

TEST_F(Mms, IdentifiesTheDevice) {
  EXPECT_THAT(asked(request(v("82"))).operations, ElementsAre("identify pending"));
  const Decoded got =
      answered(response(v("a2", vs("80", "Example") + vs("81", "PX-200") + vs("82", "4.20"))));
  EXPECT_EQ(got["vendor"], "Example");
  EXPECT_THAT(got.facts, ElementsAre("vendor=Example", "model=PX-200", "firmware=4.20"));
  asked(request(read_of(variable("LD/LPHD1$DC$PhyNam$serNum")), 8));
  EXPECT_THAT(answered(response(results(vs("8a", "SN-1")), 8)).facts, ElementsAre("serial=SN-1"));
  EXPECT_THAT(answered(response(results(vs("8a", "SN-1")), 8)).facts, IsEmpty())
      << "nothing was asked";
}

TEST_F(Mms, BrowsesNamesAndTypes) {
  const Decoded all = asked(request(v("a1", v("a0", v("80", "09")) + v("a1", v("80")))));
  EXPECT_EQ(all["object_class"], "domain");
  EXPECT_THAT(all.operations, ElementsAre("browse VMD pending"));
  const Decoded of_domain =
      asked(request(v("a1", v("a0", v("80", "00")) + v("a1", vs("81", "LD")) + vs("82", "LLN0"))));
  EXPECT_THAT(of_domain.operations, ElementsAre("browse LD pending"));
  EXPECT_EQ(of_domain["continue_after"], "LLN0");
  const Decoded names =
      answered(response(v("a1", v("a0", vs("1a", "LLN0") + vs("1a", "LLN0$ST")) + v("81", "00"))));
  EXPECT_EQ(names["more_follows"], "0");
  EXPECT_THAT(names.items,
              ElementsAre(Contains(Pair("name", "LLN0")), Contains(Pair("name", "LLN0$ST"))));
  EXPECT_THAT(asked(request(v("a6", v("a0", named("LD/LLN0$ST$Mod"))))).operations,
              ElementsAre("browse LD/LLN0$ST$Mod pending"));
  const std::string components =
      v("30", vs("80", "stVal") + v("a1", v("85", "08"))) +
      v("30",
        vs("80", "mag") +
            v("a1", v("a2", v("a1", v("30", vs("80", "f") + v("a1", v("a7", "020120020108")))))));
  const Decoded type =
      answered(response(v("a6", v("80", "00") + v("a2", v("a2", v("a1", components))))));
  EXPECT_EQ(type.items.at(0).at("value"), "{stVal:integer,mag:{f:floating_point}}");
}

TEST_F(Mms, MakesAndDeletesLists) {
  const Decoded made = asked(request(
      v("ab", named("LD/LLN0$ds1") + v("a0", variable("LD/A$ST$X") + variable("LD/B$ST$Y")))));
  EXPECT_THAT(made.operations, ElementsAre("configure LD/LLN0$ds1 pending"));
  EXPECT_THAT(made.items, SizeIs(2));
  EXPECT_THAT(asked(request(v("ac", named("LD/LLN0$ds1")))).operations,
              ElementsAre("browse LD/LLN0$ds1 pending"));
  EXPECT_THAT(asked(request(v("ad", v("80", "00") + v("a1", named("LD/LLN0$ds1") + named("@ds")))))
                  .operations,
              ElementsAre("configure LD/LLN0$ds1 pending", "configure @ds pending"));
}

TEST_F(Mms, MovesProgramsAndRunsThem) {
  const auto done = [&](const std::string& service) {
    return asked(request(service)).operations.at(0);
  };
  EXPECT_EQ(done(v("ba", vs("80", "Boiler") + v("a1") + v("82", "00"))), "download Boiler pending");
  EXPECT_EQ(done(vs("9b", "Boiler")), "download Boiler pending");
  EXPECT_EQ(done(vs("9d", "Boiler")), "upload Boiler pending");
  EXPECT_EQ(done(vs("9f24", "Boiler")), "configure Boiler pending");
  EXPECT_EQ(done(v("bf28", vs("80", "Main") + vs("81", "cold"))), "start Main pending");
  EXPECT_EQ(done(v("bf29", vs("80", "Main"))), "stop Main pending");
  EXPECT_EQ(done(v("bf2a", vs("80", "Main"))), "start Main pending");
  EXPECT_EQ(done(v("bf2b", vs("80", "Main"))), "reset Main pending");
  EXPECT_EQ(done(v("bf2c", vs("80", "Main"))), "stop Main pending");
  EXPECT_EQ(done(v("bf4e", v("80"))), "stop pending") << "VMDStop";
  EXPECT_EQ(done(v("bf4e", v("81", "ff"))), "reset pending") << "VMDReset";
  const Decoded segment = answered(response(v("bb", v("80", "0102") + v("81", "00"))));
  EXPECT_EQ(segment["content"], "0102");
}

TEST_F(Mms, HandlesFiles) {
  const auto file = [](std::string_view name) { return vs("19", name); };
  const Decoded open = asked(request(v("bf48", v("a0", file("COMTRADE/1.DAT")) + v("81", "00"))));
  EXPECT_THAT(open.operations, ElementsAre("file COMTRADE/1.DAT pending"));
  EXPECT_EQ(answered(response(v("bf48", v("80", "05") + v("a1", v("80", "0bb8")))))["file_size"],
            "3000");
  EXPECT_THAT(asked(request(v("9f49", "05"))).operations, ElementsAre("read handle 5 pending"));
  EXPECT_THAT(asked(request(v("bf4b", v("a0", file("A")) + v("a1", file("B"))))).operations,
              ElementsAre("file A='B' pending"));
  EXPECT_THAT(asked(request(v("bf4c", file("DIR") + file("A")))).operations,
              ElementsAre("file DIR/A pending"));
  EXPECT_THAT(asked(request(v("bf2e", v("a1", file("A")) + v("a2", file("B"))))).operations,
              ElementsAre("file A='B' pending"));
  EXPECT_THAT(asked(request(v("bf4d"))).operations, ElementsAre("browse VMD pending"));
  const std::string entry =
      v("30", v("a0", file("A")) + v("a1", v("80", "05") + vs("81", "20260302075900Z")));
  for (const std::string& list : {v("a0", v("30", entry + entry)), v("a0", entry + entry)}) {
    const Decoded got = answered(response(v("bf4d", list + v("81", "00"))));
    EXPECT_EQ(got.fault, "");
    EXPECT_THAT(got.items,
                ElementsAre(AllOf(Contains(Pair("name", "A")), Contains(Pair("entry_size", "5"))),
                            testing::_));
  }
}

TEST_F(Mms, NamesTheObjectsOfOtherServices) {
  EXPECT_THAT(asked(request(v("bf43", v("a0", named("LD/Log"))))).operations,
              ElementsAre("configure LD/Log pending"));
  EXPECT_THAT(asked(request(v("b3", v("a0", named("reserved")) + v("83", "01")))).operations,
              ElementsAre("select reserved pending"));
  EXPECT_THAT(answered(unasked(v("a2", v("a0", named("LD/Ev")) + v("82", "05")))).operations,
              ElementsAre("alarm LD/Ev ok"));
}

TEST_F(Mms, RefusesRejectsCancelsAndConcludes) {
  const Decoded error = answered(refusal(7, 3));
  EXPECT_EQ(error["error"], "access_object_access_denied");
  EXPECT_THAT(error.operations, ElementsAre("other refused 1795"));
  const Decoded reject = answered(message(v("a4", v("80", "07") + v("81", "01"))));
  EXPECT_EQ(reject["reject_reason"], "request_unrecognized_service");
  EXPECT_EQ(reject.role, Role::answer);
  EXPECT_EQ(answered(message(v("a4", v("85", "01")))).role, Role::event);
  const Decoded cancel = asked(message(v("85", "09")));
  EXPECT_EQ(cancel["cancelled_invoke_id"], "9");
  EXPECT_EQ(cancel["invoke_id"], "absent") << "else it would be taken for the request";
  EXPECT_EQ(asked(message(v("8b")))["service"], "conclude");
  EXPECT_THAT(answered(message(v("ad", v("a0", v("89", "01"))))).operations,
              ElementsAre("session refused 2305"));
}

TEST_F(Mms, KnowsTase2AndItsControls) {
  EXPECT_EQ(asked(request(read_of(variable("North/Bilateral_Table_ID"))))["application"], "tase2");
  EXPECT_THAT(asked(request(read_of(variable("North/Breaker7_SBO")), 8)).operations,
              ElementsAre("select North/Breaker7_SBO pending"));
  EXPECT_THAT(answered(response(results(v("80", "03")), 8)).operations,
              ElementsAre("select refused 4099"));
  const Decoded operate = asked(request(write_of(variable("North/Breaker7"), v("85", "01")), 9));
  EXPECT_THAT(operate.operations, ElementsAre("control North/Breaker7=1 pending"));
  EXPECT_EQ(operate.fault, "mms.unselected");
  EXPECT_THAT(
      asked(request(write_of(variable("North/Breaker7_TAG"), v("85", "01")))).operations.at(0),
      "configure North/Breaker7_TAG=1 pending");
  const std::string reference = v("a2", v("86", "01") + vs("8a", "North") + vs("8a", "Flows"));
  EXPECT_THAT(asked(request(write_of(variable("North/TS1"), v("a2", reference + v("85", "05")))))
                  .operations.at(0),
              testing::StartsWith("subscribe North/TS1="));
}

// --- what is wrong ---

TEST_F(Mms, SaysWhatIsWrong) {
  EXPECT_EQ(asked(tpkt("c8f080 0100")).fault, "mms.transport");
  EXPECT_EQ(asked(data_unit("4200")).fault, "mms.foreign");
  EXPECT_EQ(asked(data_unit("197f1101")).fault, "mms.session");
  EXPECT_EQ(asked(data_unit("0100 01031901 01" + v("61", presented(request_pdu(v("82")))))).fault,
            "mms.session")
      << "a segment";
  EXPECT_EQ(asked(data_unit("01000100 6105 3003 020103")).fault, "mms.presentation");
  EXPECT_EQ(asked(message(v("b4"))).fault, "mms.pdu");
  EXPECT_EQ(asked(message(v("a0", v("82")))).fault, "mms.pdu") << "no invoke id";
  EXPECT_EQ(asked(message(v("a0", "0201"))).fault, "mms.pdu");
  EXPECT_EQ(asked(request("")).fault, "mms.encoding") << "no service";
  EXPECT_EQ(asked(request(v("9f63"))).fault, "mms.service");
  EXPECT_EQ(asked(request(v("a4", v("a1", "a078 3003 a00180")))).fault, "mms.encoding");
  std::string deep = on;
  for (int i = 0; i < 40; ++i) deep = v("a2", deep);
  const Decoded nested = asked(request(write_of(variable("A"), deep)));
  EXPECT_EQ(nested.fault, "mms.nesting");
  EXPECT_THAT(nested.operations, ElementsAre("write A pending"));
}

TEST_F(Mms, SeveralMessagesInOneUnitAreAllSeen) {
  const Decoded got = asked(data_unit(session_data(
      presented(request_pdu(v("82"))) + presented(request_pdu(order(breaker, "Oper", on), 8)))));
  EXPECT_EQ(got.fault, "mms.several");
  EXPECT_EQ(got["service"], "identify");
  EXPECT_EQ(got["invoke_id"], "7");
  EXPECT_THAT(got.operations,
              ElementsAre("identify pending", "control LD/CSWI1$CO$Pos$Oper=1 pending"));
}

TEST_F(Mms, WithoutTheLayersBetween) {
  EXPECT_THAT(asked(data_unit(request_pdu(v("82")))).operations, ElementsAre("identify pending"));
  EXPECT_THAT(asked(data_unit(initiate())).operations, ElementsAre("session pending"));
}

TEST_F(Mms, CutAnywhereItInventsNothing) {
  const std::string head = vs("8a", "LD/LLN0$rcb") + v("84", "067d80") + v("86", "07") +
                           v("8c", "000003e80001") + vs("8a", "LD/LLN0$Stat") + v("89", "01") +
                           v("86", "02") + v("84", "0780");
  const std::vector<Octets> whole = {
      session_connect("0d", aarq()),
      session_connect("0e", aare(0, 0, initiate("a9"))),
      request(order(breaker, "SBOw", on)),
      request(read_of(variable("LD/A", v("a5", v("a0", v("81", "05") + v("30", vs("81", "q"))))))),
      response(results(v("a2", v("a1", on + off)))),
      unasked(v("a0", v("a1", vs("80", "RPT")) +
                          v("a0", head + vs("8a", "LD/A$ST$X") + on + v("84", "0240")))),
      refusal(7, 3),
      request(v("bf48", v("a0", vs("19", "A")) + v("81", "00"))),
      response(v("bf4d", v("a0", v("30", v("30", v("a0", vs("19", "A"))))) + v("81", "00")))};
  for (const Octets& octets : whole) {
    for (std::size_t size = 0; size < octets.size(); ++size) {
      MessageDecoder decoder(protocol);
      const Decoded got =
          decoder(Octets{octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(size)}, ask);
      if (size > 11) {  // a unit that only passes tokens along is none to blame
        EXPECT_NE(got.fault, "") << size;
      }
      for (const std::string& operation : got.operations)
        EXPECT_EQ(operation.find('='), std::string::npos) << operation;
    }
  }
}

TEST_F(Mms, AnyOctetMayBeAnother) {
  const std::vector<Octets> whole = {
      session_connect("0d", aarq()), request(order(breaker, "SBOw", on)),
      response(results(v("a2", v("a1", on + off) + v("87", "0841a60000")))),
      unasked(v("a0", v("a1", vs("80", "RPT")) + v("a0", on)))};
  for (const Octets& octets : whole) {
    for (std::size_t at = 4; at < octets.size(); ++at) {
      for (const int flip : {0x01, 0x20, 0x7f, 0x80, 0xff}) {
        Octets other = octets;
        other[at] = static_cast<std::uint8_t>(other[at] ^ flip);
        MessageDecoder decoder(protocol);
        decoder(other, ask);
        decoder(other, answer);
      }
    }
  }
}

TEST(MmsTables, EveryServiceHasAName) {
  EXPECT_EQ(service_row(0).name, "status");
  EXPECT_EQ(service_row(service_abort).name, "abort");
  EXPECT_EQ(service_row(79).name, "unknown");
  EXPECT_LE(schema.fields.size(), 64u);
}

}  // namespace
}  // namespace langyan::mms
