"""zen-engine as a child process: a line of resolved facts per patient in, a line of answers out.

python zen_child.py decision|expressions EXPRESSIONS.json < patients > answers

``decision`` is how it is meant to be used: one decision with every rule; if one rule fails, there
is no answer at all. ``expressions`` evaluates each rule by itself; one that fails has no answer.
"""

import json
import sys
from pathlib import Path

import zen


def decision(expressions):
    """All rules as one node of a decision."""
    rows = [{"id": name, "key": name, "value": text} for name, text in expressions.items()]
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in"},
        {
            "id": "rules",
            "type": "expressionNode",
            "name": "rules",
            "content": {"expressions": rows},
        },
        {"id": "out", "type": "outputNode", "name": "out"},
    ]
    edges = [
        {"id": f"{a}-{b}", "sourceId": a, "targetId": b, "type": "edge"}
        for a, b in (("in", "rules"), ("rules", "out"))
    ]
    made = zen.ZenEngine().create_decision(json.dumps({"nodes": nodes, "edges": edges}))

    def answers(facts):
        try:
            return made.evaluate(facts)["result"]
        except RuntimeError:
            return {}

    return answers


def separate(expressions):
    """Each rule compiled and evaluated by itself."""
    compiled = {name: zen.compile_expression(text) for name, text in expressions.items()}

    def answers(facts):
        found = {}
        for name, expression in compiled.items():
            try:
                found[name] = expression.evaluate(facts)
            except RuntimeError:
                found[name] = None
        return found

    return answers


if __name__ == "__main__":
    EXPRESSIONS = json.loads(Path(sys.argv[2]).read_text("utf-8"))
    answer = (decision if sys.argv[1] == "decision" else separate)(EXPRESSIONS)
    for line in sys.stdin:
        sys.stdout.write(json.dumps({"rules": answer(json.loads(line))}) + "\n")
        sys.stdout.flush()
