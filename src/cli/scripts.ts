import bury from '../../lua/cli/bury.lua';
import census from '../../lua/cli/census.lua';
import erase from '../../lua/cli/erase.lua';
import graves from '../../lua/cli/graves.lua';
import homeless from '../../lua/cli/homeless.lua';
import move from '../../lua/cli/move.lua';
import oldest from '../../lua/cli/oldest.lua';
import peek from '../../lua/cli/peek.lua';
import rehouse from '../../lua/cli/rehouse.lua';
import show from '../../lua/cli/show.lua';
import strays from '../../lua/cli/strays.lua';
import forget from '../../lua/parts/forget.lua';
import known from '../../lua/parts/known.lua';
import line from '../../lua/parts/line.lua';
import { compose } from '../broker/script.ts';

const script = compose({ forget, known, line });

export const scripts = {
  bury: script(bury),
  graves: script(graves),
  oldest: script(oldest),
  peek: script(peek),
  show: script(show),
  census: script(census),
  erase: script(erase),
  homeless: script(homeless),
  rehouse: script(rehouse),
  strays: script(strays),
  move: script(move),
} as const;
