"""Grade, and what it rests on: Ki-67, mitoses, necrosis."""
