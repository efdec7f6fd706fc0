// The commands of module.json, as OSC messages. The engine forgets a subscriber of whom it has not
// heard for 10 s, so it is asked again every 5.

var PORT = 7402;
var asked = -5; // seconds

function init() {
  script.setUpdateRate(1);
}

function update() {
  if (util.getTime() - asked >= 5 && local.parameters.follow.get()) {
    asked = util.getTime();
    local.send("/notify", 1, PORT, "values", "events");
  }
}

function note(slot, pitch, velocity) {
  local.send("/slot/" + slot + "/note/on", pitch, velocity);
}

function voicePitch(slot, voice, pitch) {
  local.send("/slot/" + slot + "/voice/" + voice + "/param/pitch", pitch);
}

function silence() {
  local.send("/panic");
}

function parameter(slot, name, value) {
  local.send("/slot/" + slot + "/param/" + name, value);
}

function gain(slot, dB) {
  local.send("/slot/" + slot + "/gain", dB);
}

function recall(slot, preset) {
  local.send("/slot/" + slot + "/preset/recall", preset);
}

function morph(slot, from, to, position) {
  local.send("/slot/" + slot + "/preset/morph", from, to, position);
}
