// Draws the figures of a page from the numbers beside them; the same numbers stand in a table.
"use strict";
(() => {
  const drawn = new Map();
  const dashes = [[], [6, 4], [2, 3], [10, 4, 2, 4], [1, 4]];

  function color(name) {
    const probe = document.createElement("span");
    probe.style.color = `var(${name})`;
    document.body.append(probe);
    const found = getComputedStyle(probe).color;
    probe.remove();
    return found;
  }

  // Steps of the axis of times, from the longest: how a step is said, and with the day at midnight.
  const day = "{MM}-{DD}", time = "{HH}:{mm}";
  const clock = [
    [86400, day, null, null, null, null, null, null, 1],
    [60, time, null, null, `\n${day}`, null, null, null, 1],
  ];

  function options(box, plot) {
    const ink = color("--soft"), grid = color("--line");
    const axis = { stroke: ink, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1 } };
    const said = (_, value) => value == null ? "–" : `${value} ${plot.unit}`.trim();
    const top = Math.max(1, ...plot.lines.flatMap((line) => line.values.map((value) => value ?? 0)));
    return {
      width: box.clientWidth,
      height: 190,
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
      cursor: { points: { size: 6 } },
      scales: { y: { range: () => [0, plot.unit === "%" ? 100 : top * 1.1] } },
      axes: [{ ...axis, values: clock }, { ...axis, size: 30 + 8 * String(Math.round(top)).length }],
      series: [
        { label: "UTC", value: "{YYYY}-{MM}-{DD} {HH}:{mm}" },
        ...plot.lines.map((line, place) => ({
          label: line.label,
          stroke: color(`--plot-${place + 1}`),
          width: 1.75,
          dash: dashes[place],
          spanGaps: false,
          points: { size: 5, show: line.values.includes(null) ? true : undefined },
          value: said,
        })),
      ],
    };
  }

  function draw(box) {
    drawn.get(box)?.destroy();
    const plot = JSON.parse(box.dataset.plot);
    const data = [plot.at, ...plot.lines.map((line) => line.values)];
    drawn.set(box, new uPlot(options(box, plot), data, box));
  }

  const boxes = document.querySelectorAll("[data-plot]");
  const all = () => boxes.forEach(draw);
  const resized = new ResizeObserver((seen) => {
    for (const { target } of seen) drawn.get(target)?.setSize({ width: target.clientWidth, height: 190 });
  });
  all();
  boxes.forEach((box) => resized.observe(box));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", all);
})();
