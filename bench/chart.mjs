// The chart of docs/ and README: one small bar chart per case, each with an axis of its own from zero.
import * as echarts from 'echarts';
import { find, spread } from './figures.mjs';
import { thousands } from './table.mjs';

const PANELS = [
  ['put', 'single puts, 1,000 in flight', 'tasks/s'],
  ['put-multi', 'bulk puts of 1,000', 'tasks/s'],
  ['consume-1', 'consume, one at a time', 'tasks/s'],
  ['consume-10', 'consume, concurrency 10', 'tasks/s'],
  ['consume-100', 'consume, concurrency 100', 'tasks/s'],
  ['consume-1000', 'consume, concurrency 1,000', 'tasks/s'],
  ['together', 'end to end, single puts', 'tasks/s'],
  ['latency-2000', 'put to work at 2,000/s, p99', 'ms, less is better'],
];
const SHOWN = ['millrace', 'bullmq', 'bull', 'bee-queue', 'groupmq', 'lua', 'list'];
const NAMES = {
  millrace: 'Millrace',
  bullmq: 'BullMQ',
  bull: 'Bull',
  lua: 'bare Lua',
  list: 'bare list, no guarantee',
};

const COLUMNS = 2;
const WIDTH = 960;
const PANEL = { width: WIDTH / COLUMNS, height: 190, top: 34, left: 160, right: 60 };
const FOOT = 44;
const FONT = 'system-ui, -apple-system, Segoe UI, Roboto, Helvetica Neue, Arial, sans-serif'; // ECharts escapes no quotes

const color = (name) => (name === 'millrace' ? '#0b7285' : ['lua', 'list'].includes(name) ? '#ced4da' : '#868e96');

export const chart = (results, footnote) => {
  const panels = PANELS.filter(([id]) => results.some(({ test }) => test.id === id));
  const height = Math.ceil(panels.length / COLUMNS) * PANEL.height + FOOT;
  const option = { animation: false, backgroundColor: '#ffffff', textStyle: { fontFamily: FONT } };
  Object.assign(option, { title: [foot(footnote, height)], grid: [], xAxis: [], yAxis: [], series: [] });
  panels.forEach(([id, title, unit], i) => {
    const x = (i % COLUMNS) * PANEL.width;
    const y = Math.floor(i / COLUMNS) * PANEL.height;
    const shown = SHOWN.flatMap((name) => find(results, id, name) ?? []).reverse();
    const bars = shown.map(({ test, contestant, runs }) =>
      bar(contestant.name, spread(runs, test.figure).median, test.figure),
    );
    const axis = { gridIndex: i, axisLine: { show: false }, axisTick: { show: false } };
    option.title.push(heading(title, unit, x, y));
    option.grid.push({
      left: x + PANEL.left,
      top: y + PANEL.top,
      width: PANEL.width - PANEL.left - PANEL.right,
      height: PANEL.height - PANEL.top - 8,
    });
    option.xAxis.push({ ...axis, type: 'value', min: 0, splitLine: { show: false }, axisLabel: { show: false } });
    const names = shown.map(({ contestant: { name } }) => NAMES[name] ?? name);
    option.yAxis.push({ ...axis, type: 'category', data: names, axisLabel: { color: '#343a40', fontSize: 12 } });
    option.series.push({ type: 'bar', xAxisIndex: i, yAxisIndex: i, data: bars, barWidth: '68%' });
  });
  const drawing = echarts.init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height });
  drawing.setOption(option);
  const svg = drawing.renderToSVGString();
  drawing.dispose();
  return `${svg}\n`;
};

const bar = (name, value, figure) => ({
  value,
  itemStyle: { color: color(name) },
  label: {
    show: true,
    position: 'right',
    color: '#343a40',
    fontSize: 11,
    fontWeight: name === 'millrace' ? 'bold' : 'normal',
    formatter: figure === 'rate' ? thousands(value) : value.toFixed(2),
  },
});

const heading = (title, unit, x, y) => ({
  text: `${title} (${unit})`,
  left: x + 20,
  top: y + 8,
  padding: 0,
  textStyle: { fontSize: 13, fontWeight: 'bold', color: '#212529' },
});

const foot = (text, height) => ({
  text,
  left: 20,
  top: height - FOOT + 8,
  padding: 0,
  textStyle: { fontSize: 11, fontWeight: 'normal', color: '#868e96', lineHeight: 15 },
});
