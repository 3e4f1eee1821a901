// Handlers: what each row of the route table calls. On the thread of the row's lane.
#pragma once

#include "center/call.h"

namespace langyan::center {

// system_api.cc
Response healthz(Center& center, Call& call);
Response readyz(Center& center, Call& call);
Response version(Center& center, Call& call);
Response openapi_document(Center& center, Call& call);
Response metrics(Center& center, Call& call);
Response storage(Center& center, Call& call);

// access_api.cc
Response sign_in(Center& center, Call& call);
Response open_wall(Center& center, Call& call);
Response sign_out(Center& center, Call& call);
Response session(Center& center, Call& call);
Response own_password(Center& center, Call& call);
Response offer_second_factor(Center& center, Call& call);
Response set_second_factor(Center& center, Call& call);
Response use_link(Center& center, Call& call);
Response make_link(Center& center, Call& call);
Response list_users(Center& center, Call& call);
Response make_user(Center& center, Call& call);
Response change_user(Center& center, Call& call);
Response give_roles(Center& center, Call& call);
Response remove_user(Center& center, Call& call);
Response list_roles(Center& center, Call& call);
Response list_tokens(Center& center, Call& call);
Response make_token(Center& center, Call& call);
Response revoke_token(Center& center, Call& call);

// enrolments_api.cc
Response list_enrolments(Center& center, Call& call);
Response make_enrolment(Center& center, Call& call);
Response revoke_enrolment(Center& center, Call& call);
Response make_certificate_by_token(Center& center, Call& call);
Response renew_certificate(Center& center, Call& call);

// authority_api.cc
Response show_authority(Center& center, Call& call);
Response renew_authority(Center& center, Call& call);
Response renew_own_certificate(Center& center, Call& call);

// query_api.cc
Response alerts(Center& center, Call& call);
Response alert(Center& center, Call& call);
Response events(Center& center, Call& call);
Response event(Center& center, Call& call);
Response counts(Center& center, Call& call);
Response top(Center& center, Call& call);
Response operations(Center& center, Call& call);
Response writers(Center& center, Call& call);
Response sensors(Center& center, Call& call);

// search_api.cc
Response search(Center& center, Call& call);
Response histogram(Center& center, Call& call);
Response aggregate(Center& center, Call& call);
Response export_events(Center& center, Call& call);
Response check_query(Center& center, Call& call);
Response complete_query(Center& center, Call& call);

// summary_api.cc
Response summary(Center& center, Call& call);

// audit_api.cc
Response list_audit(Center& center, Call& call);
Response verify_audit(Center& center, Call& call);

// alert_api.cc
Response act_on_alerts(Center& center, Call& call);
Response undo_action(Center& center, Call& call);
Response alert_history(Center& center, Call& call);
Response list_assignees(Center& center, Call& call);

// inbox_api.cc
Response alert_groups(Center& center, Call& call);
Response related_alerts(Center& center, Call& call);

// mutes_api.cc
Response list_mutes(Center& center, Call& call);
Response preview_mute(Center& center, Call& call);
Response make_mute(Center& center, Call& call);
Response change_mute(Center& center, Call& call);
Response remove_mute(Center& center, Call& call);

// pcap_api.cc
class PacketFile;
Response packets_answer(PacketFile file, const std::string& name);
Response alert_packet(Center& center, Call& call);

// views_api.cc
Response list_views(Center& center, Call& call);
Response keep_view(Center& center, Call& call);
Response remove_view(Center& center, Call& call);
void forget_views(Center& center, std::string_view user);  // of an account that is removed

// ingest_api.cc
Response ingest(Center& center, Call& call);
Response put_catalogue(Center& center, Call& call);
Response catalogue(Center& center, Call& call);
Response list_catalogues(Center& center, Call& call);
Response fields(Center& center, Call& call);
Response detections(Center& center, Call& call);

// tiers_api.cc
Response platforms(Center& center, Call& call);
Response preview_release(Center& center, Call& call);

// enterprises_api.cc
Response list_enterprises(Center& center, Call& call);
Response enterprise_overview(Center& center, Call& call);
Response enterprise(Center& center, Call& call);
Response put_enterprise(Center& center, Call& call);
Response patch_enterprise(Center& center, Call& call);
Response remove_enterprise(Center& center, Call& call);
Response import_enterprises(Center& center, Call& call);

// situation_api.cc
Response situation_kpi(Center& center, Call& call);
Response situation_units(Center& center, Call& call);
Response situation_disposal(Center& center, Call& call);

// places_api.cc
constexpr std::size_t most_named_places = 100;  // of one answer
Response place_names(Center& center, Call& call);

// notices_api.cc
Response list_notices(Center& center, Call& call);
Response notice_overview(Center& center, Call& call);
Response make_notice(Center& center, Call& call);
Response notice(Center& center, Call& call);
Response change_notice(Center& center, Call& call);
Response remove_notice(Center& center, Call& call);
Response act_on_notice(Center& center, Call& call);
Response comment_on_notice(Center& center, Call& call);

// notice_evidence.cc
Response notice_evidence(Center& center, Call& call);
Response notice_packets(Center& center, Call& call);

// inventory_api.cc
Response list_assets(Center& center, Call& call);
Response count_assets(Center& center, Call& call);
Response asset_roles(Center& center, Call& call);
Response export_assets(Center& center, Call& call);
Response asset_in_full(Center& center, Call& call);
Response change_asset(Center& center, Call& call);
Response asset_history(Center& center, Call& call);
Response asset_peers(Center& center, Call& call);
Response asset_alerts(Center& center, Call& call);

// outputs_api.cc
Response list_outputs(Center& center, Call& call);
Response output_kinds(Center& center, Call& call);
Response make_output(Center& center, Call& call);
Response output(Center& center, Call& call);
Response change_output(Center& center, Call& call);
Response remove_output(Center& center, Call& call);
Response test_output(Center& center, Call& call);
// The filter a query stands for: what an output lets through.
Result<store::Filter> output_filter(Center& center, std::string_view query);

// packs_api.cc
Response list_packs(Center& center, Call& call);
Response pack(Center& center, Call& call);
Response packs_in_use(Center& center, Call& call);
Response put_pack(Center& center, Call& call);

// stix_api.cc
Response alert_stix(Center& center, Call& call);
Response notice_stix(Center& center, Call& call);

// notice_feed.cc
Response notice_entries(Center& center, Call& call);

// stream.cc
Response stream(Center& center, Call& call);

}  // namespace langyan::center
