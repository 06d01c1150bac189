// The preparation shared out over the points: the same for each, but never less nor more than the
// technique of a point allows. Whole thousandths of a mL.
(function () {
  "use strict";

  var numbers = window.DolentiNumbers;
  var STEP = 10; // the smallest volume that a 1 mL syringe shows

  function up(value) {
    return Math.ceil(value / STEP) * STEP;
  }

  function down(value) {
    return Math.floor(value / STEP) * STEP;
  }

  // `room` is what may be shared. `volumes` holds one for each point, null where none is counted for
  // it; it is null itself where there is too little for what the techniques ask at `least`. `full`:
  // no point takes more.
  window.DolentiShare = function (points, techniques, room) {
    var spans = points.map(function (one) {
      var span = techniques[one.technique].volume;
      return span && [up(numbers.read(span[0])), down(numbers.read(span[1]))];
    });
    var counted = spans.filter(Boolean);
    function sum(each) {
      return counted.reduce(function (total, span) {
        return total + Math.min(span[1], Math.max(span[0], each));
      }, 0);
    }
    var least = sum(0);
    var found = { counted: counted.length, room: room, least: least, volumes: null };
    if (!counted.length || least > room) return found;
    var most = Math.max.apply(
      null,
      counted.map(function (span) {
        return span[1];
      })
    );
    var each = most;
    while (each > 0 && sum(each) > room) each -= STEP;
    found.volumes = spans.map(function (span) {
      return span && Math.min(span[1], Math.max(span[0], each));
    });
    var given = found.volumes.filter(function (one) {
      return one !== null;
    });
    found.low = Math.min.apply(null, given);
    found.high = Math.max.apply(null, given);
    found.full = each === most;
    found.left = room - sum(each);
    return found;
  };

  // What was shared out, what it comes to, and what is left over, in words; `dead` is what stays in
  // needle and syringe.
  window.DolentiShare.words = function (shared, dead, say) {
    if (!shared.counted) return say.sayNoneToSpread;
    var words = {
      n: shared.counted,
      volume: numbers.shown(shared.low),
      low: numbers.shown(shared.low),
      high: numbers.shown(shared.high),
      least: numbers.shown(shared.least),
      room: numbers.shown(Math.max(0, shared.room)),
      left: numbers.shown(shared.left + dead),
      dead: numbers.shown(dead),
    };
    var said = [say.sayNotSpread];
    if (shared.volumes) {
      said = [shared.low === shared.high ? say.saySpread : say.saySpreadFrom];
      if (shared.full) said.push(say.saySpreadMost);
      said.push(say.saySpreadLeft);
    }
    return said
      .map(function (text) {
        return numbers.filled(text, words);
      })
      .join(" ");
  };
})();
