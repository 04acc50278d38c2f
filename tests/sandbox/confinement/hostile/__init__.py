"""What a submission might try, each a function that returns only if it succeeded."""

from hostile import files, kernel, processes
from hostile.arena import Attack

ATTACKS: dict[str, Attack] = {
    attack.name: attack for module in (files, processes, kernel) for attack in module.ATTACKS
}
