// The curve of a value over time, drawn over the server's picture. Every page works without this file.
"use strict";

(() => {
  if (typeof uPlot === "undefined") return;
  const charts = new Map();
  const role = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const width = (box) => {
    const { paddingLeft, paddingRight } = getComputedStyle(box);
    return Math.max(240, box.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight));
  };
  const height = () => (window.innerWidth < 768 ? 240 : 320);

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

  function axis(values) {
    const line = role("--line");
    return {
      stroke: role("--muted"),
      font: `12px ${role("--font")}`,
      grid: { stroke: line, width: 1 },
      ticks: { stroke: line, width: 1 },
      ...values,
    };
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
    const room = (high - low || 2) * 0.05;
    return low < high ? [low - room, high + room] : [low - 1, high + 1];
  }

  function draw(box) {
    const given = box.dataset;
    const points = JSON.parse(given.points);
    const bands = JSON.parse(given.bands);
    const accent = role("--accent");
    const options = {
      width: width(box),
      height: height(),
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
    charts.get(box)?.destroy();
    const picture = box.querySelector(".curve");
    picture.setAttribute("class", "curve visually-hidden");
    const data = [points.map((point) => point[0]), points.map((point) => point[1])];
    charts.set(box, new uPlot(options, data, box));
  }

  function drawAll() {
    for (const box of charts.keys()) {
      if (!box.isConnected) charts.delete(box);
    }
    for (const box of document.querySelectorAll("[data-trend]")) draw(box);
  }

  const sizes = () => {
    for (const [box, chart] of charts) chart.setSize({ width: width(box), height: height() });
  };
  drawAll();
  window.addEventListener("resize", sizes);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  document.addEventListener("htmx:afterSettle", drawAll);
})();
