#include "tests/simulation/center_host.h"

#include <gtest/gtest.h>

namespace langyan::simulation {
namespace {

namespace fs = std::filesystem;

center::CenterOptions options_in(const std::string& folder) {
  center::CenterOptions options;
  options.data = folder;
  options.store.free_floor = 0;
  return options;
}

void copy_files(const fs::path& from, const fs::path& to) {
  for (const auto& entry : fs::recursive_directory_iterator(from)) {
    const fs::path copy = to / fs::relative(entry.path(), from);
    if (!entry.is_regular_file() || copy.extension() == ".db-shm") continue;
    fs::create_directories(copy.parent_path());
    fs::copy_file(entry.path(), copy);
  }
}

}  // namespace

CenterSeed::CenterSeed(std::size_t sources) {
  SystemDisk disk;
  ManualClock clock;
  SeededRandom random(1);
  auto center = center::Center::open(options_in(folder()), disk, clock, random);
  EXPECT_TRUE(center.ok()) << (center ? "" : center.error().message);
  for (std::size_t i = 0; i < sources; ++i) {
    center::Token token;
    token.name = "simulation";
    token.role = center::Role::ingest;
    token.organisation = "local";
    token.source = source(i);
    auto made = (*center)->access().tokens().create(token);
    EXPECT_TRUE(made.ok());
    tokens_.push_back(made->secret);
  }
}

CenterHost::CenterHost(const CenterSeed& from, std::uint64_t seed, Trace& trace)
    : random_(seed), trace_(trace) {
  copy_files(from.folder(), folder_.path() + "/0");
  start();
}

void CenterHost::start() {
  if (center_) return;
  disk_ = std::make_unique<SystemDisk>();
  auto opened = center::Center::open(options_in(folder_.path() + "/" + std::to_string(image_)),
                                     *disk_, clock, random_);
  EXPECT_TRUE(opened.ok()) << (opened ? "" : opened.error().message);
  if (opened) center_ = opened.take();
  trace_.say("center: starts");
}

void CenterHost::stop() {
  if (!center_) return;
  center_.reset();
  disk_.reset();
  trace_.say("center: stops");
}

void CenterHost::kill() {
  if (!center_) return;
  const std::string dead = folder_.path() + "/" + std::to_string(image_);
  copy_files(dead, folder_.path() + "/" + std::to_string(++image_));
  center_.reset();
  disk_.reset();
  fs::remove_all(dead);
  trace_.say("center: killed");
}

void CenterHost::tidy() {
  if (!center_) return;
  const auto before = center_->events().status().parts.size();
  center_->tidy();
  trace_.say("center: tidied, {} of {} parts", center_->events().status().parts.size(), before);
}

Result<HttpAnswer> CenterHost::answer(const HttpRequest& from) {
  if (!center_) return Error{ErrorKind::io, "connection refused"};
  center::Request request;
  request.method = from.method == "POST"  ? center::Method::post
                   : from.method == "PUT" ? center::Method::put
                                          : center::Method::get;
  request.path = from.url.substr(from.url.find('/', from.url.find("//") + 2));
  request.headers = from.headers;
  request.peer.address = IpAddress::v4(0x7f000001u);
  const center::Admission admission = center_->admit(request);
  center::Response response;
  if (admission.refusal) {
    response = *admission.refusal;
  } else {
    request.body = from.body;
    response = center_->handle(request);
  }
  HttpAnswer answer{response.status, response.body, 0};
  for (const auto& [name, value] : response.headers)
    if (name == "Retry-After") answer.retry_after = std::stol(value) * second;
  return answer;
}

}  // namespace langyan::simulation
