// Values over time, drawn over the server's pictures, so that one can be pointed at. Every page works without this file.
"use strict";

(() => {
  if (typeof uPlot === "undefined") return;
  const charts = new Map(); // what was drawn by the element in which it is
  const role = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const room = (box) => {
    const { paddingLeft, paddingRight } = getComputedStyle(box);
    return box.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
  };

  function axis(values) {
    return {
      stroke: role("--muted"),
      font: `12px ${role("--font")}`,
      grid: { stroke: role("--line"), width: 1 },
      ticks: { stroke: role("--line"), width: 1 },
      ...values,
    };
  }

  // ── The usual range behind the curve: [from, until, low, high], an end that is not known is null ──
  function drawBands(chart, bands) {
    const { left, top, width, height: tall } = chart.bbox;
    const within = (place, first, length) => Math.min(first + length, Math.max(first, place));
    chart.ctx.save();
    chart.ctx.fillStyle = role("--neutral-bg");
    for (const [from, until, low, high] of bands) {
      const x = within(chart.valToPos(from, "x", true), left, width);
      const end = within(chart.valToPos(until, "x", true), left, width);
      const upper = high === null ? top : within(chart.valToPos(high, "y", true), top, tall);
      const lower = low === null ? top + tall : within(chart.valToPos(low, "y", true), top, tall);
      chart.ctx.fillRect(x, upper, Math.max(1, end - x), Math.max(0, lower - upper));
    }
    chart.ctx.restore();
  }

  // Hours from 0 to 23, and the day before the month: [step in seconds, what each mark says, on a new year, on a new day]
  const day = "{D} {MMM}";
  const year = "{D} {MMM}\n{YYYY}";
  const times = [
    [86400 * 300, "{YYYY}", null, null, null, null, null, null, 1],
    [86400 * 28, "{MMM}", "\n{YYYY}", null, null, null, null, null, 1],
    [86400, day, "\n{YYYY}", null, null, null, null, null, 1],
    [60, "{HH}:{mm}", `\n${year}`, null, `\n${day}`, null, null, null, 1],
  ];

  function spanOf(points, bands) {
    const values = [...points.map((point) => point[1]), ...bands.flatMap((band) => band.slice(2))];
    const known = values.filter((value) => value !== null);
    const low = Math.min(...known);
    const high = Math.max(...known);
    const margin = (high - low || 2) * 0.05;
    return low < high ? [low - margin, high + margin] : [low - 1, high + 1];
  }

  const sizeOfTrend = (box) => ({ width: Math.max(240, room(box)), height: window.innerWidth < 768 ? 240 : 320 });

  function trend(box) {
    const given = box.dataset;
    const points = JSON.parse(given.points);
    const bands = JSON.parse(given.bands);
    const accent = role("--accent");
    const options = {
      ...sizeOfTrend(box),
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), given.zone),
      scales: { x: { range: JSON.parse(given.span) }, y: { range: spanOf(points, bands) } },
      axes: [axis({ values: times, space: 64 }), axis({ size: 56 })],
      cursor: { drag: { x: false, y: false } },
      series: [
        { label: given.when, value: "{YYYY}-{MM}-{DD} {HH}:{mm}" },
        {
          label: given.label,
          stroke: accent,
          width: 2,
          points: { show: points.length <= 120, size: 7, fill: accent, stroke: accent },
          value: (chart, value) => (value === null ? "–" : `${value.toFixed(Math.min(1, given.decimals))} ${given.unit}`),
        },
      ],
      hooks: { drawClear: [(chart) => drawBands(chart, bands)] },
    };
    return new uPlot(options, [points.map((point) => point[0]), points.map((point) => point[1])], box);
  }

  // ── Figures of days or weeks: columns, or shares as curves. What is pointed at is said beside the title ──
  const sizeOfFigures = (box) => ({ width: room(box), height: Math.max(150, Math.round(room(box) * 0.3)) });
  const looks = {
    bars: () => ({ fill: role("--accent"), paths: uPlot.paths.bars({ size: [0.7] }), points: { show: false } }),
    antibiotics: () => ({ stroke: role("--accent"), width: 2, points: { show: true, size: 6, fill: role("--accent") } }),
    overridden: () => ({
      stroke: role("--busy-text"),
      width: 2,
      dash: [6, 4],
      points: { show: true, size: 6, fill: role("--surface") },
    }),
  };

  function figures(box) {
    const given = JSON.parse(box.dataset.figures);
    const speaks = document.documentElement.lang || "en";
    const whole = new Intl.DateTimeFormat(speaks, { dateStyle: "medium", timeZone: "UTC" });
    const brief = new Intl.DateTimeFormat(speaks, { day: "numeric", month: "short", timeZone: "UTC" });
    const on = (format, seconds) => format.format(new Date(seconds * 1000));
    const digits = { minimumFractionDigits: given.decimals, maximumFractionDigits: given.decimals };
    const exact = new Intl.NumberFormat(speaks, digits);
    const short = new Intl.NumberFormat(speaks, { notation: "compact" });
    const first = Date.parse(given.first) / 1000;
    const days = given.lines[0][1].map((_, at) => first + at * given.step * 86400);
    const marked = (wide) => days.filter((_, at) => at % Math.ceil(days.length / Math.min(6, Math.floor(wide / 80))) === 0);
    const written = (value) => (value === null ? "–" : `${given.before}${exact.format(value)}${given.after}`);
    const reading = document.createElement("span");
    reading.className = "reading";
    reading.setAttribute("aria-hidden", "true");
    const said = (chart) => {
      const at = chart.cursor.idx;
      const isThere = chart.cursor.left >= 0 && at !== null && at !== undefined;
      reading.textContent = isThere
        ? `${on(whole, days[at])}: ${given.lines.map((line) => written(line[1][at])).join(" · ")}`
        : "";
    };
    box.querySelector(".reading")?.remove();
    box.querySelector("figcaption").append(reading);
    const options = {
      ...sizeOfFigures(box),
      scales: { x: { range: [days[0] - given.step * 43200, days.at(-1) + given.step * 43200] }, y: { range: [0, given.top] } },
      axes: [
        axis({
          splits: (chart) => marked(chart.width),
          values: (chart, splits) => splits.map((one) => on(brief, one)),
          grid: { show: false },
          size: 32,
        }),
        axis({ size: 56, space: 40, values: (chart, splits) => splits.map((one) => `${short.format(one)}${given.sign}`) }),
      ],
      cursor: { drag: { x: false, y: false }, y: false, points: { show: false } },
      legend: { show: false },
      series: [{}, ...given.lines.map(([kind]) => looks[kind]())],
      hooks: { setCursor: [said] },
    };
    return new uPlot(options, [days, ...given.lines.map((line) => line[1])], box);
  }

  // ── All of a page ──
  const kinds = [
    { chosen: "[data-trend]", draw: trend, size: sizeOfTrend },
    { chosen: "[data-figures]", draw: figures, size: sizeOfFigures },
  ];

  // What is pointed at stays pointed at: a page that reads itself anew has the same pictures in the same order.
  function drawAll() {
    const pointed = [...charts.values()].map((drawn) => drawn.chart.cursor.left);
    for (const [box, drawn] of charts) {
      drawn.chart.destroy();
      charts.delete(box);
    }
    for (const kind of kinds) {
      for (const box of document.querySelectorAll(kind.chosen)) {
        box.classList.add("is-drawn");
        const chart = kind.draw(box);
        if (pointed[charts.size] >= 0) chart.setCursor({ left: pointed[charts.size], top: 0 });
        charts.set(box, { chart, size: kind.size });
      }
    }
  }

  drawAll();
  window.addEventListener("resize", () => {
    for (const [box, drawn] of charts) drawn.chart.setSize(drawn.size(box));
  });
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  // Before the new part is shown: the server's picture is not seen in between. A part without pictures draws nothing.
  document.addEventListener("htmx:afterSwap", () => {
    const isNew = document.querySelector(":is([data-trend], [data-figures]):not(.is-drawn)");
    if (isNew || [...charts.keys()].some((box) => !box.isConnected)) drawAll();
  });
})();
