# Password sign-in beside the bare hash.
# SPDX-License-Identifier: MIT
for ((round = 0; round < ROUNDS; round++)); do hashed signin; done
row signin time 1.10 floor-argon2 'password sign-in'
