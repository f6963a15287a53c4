<?php
// An application that knows nothing of tickets: it believes REMOTE_USER, as applications of its age do, and says what it was told.
// SPDX-License-Identifier: MIT
$body = file_get_contents('php://input');
$told = [];
foreach ($_SERVER as $name => $value) {
    if (preg_match('/^(HTTP_)?AUTHTICKETS[_-]/i', $name)) $told[$name] = $value;
}
header('Content-Type: application/json');
echo json_encode(['application' => 'php', 'method' => $_SERVER['REQUEST_METHOD'], 'path' => $_SERVER['PATH_INFO'] ?? '',
                  'query' => $_SERVER['QUERY_STRING'] ?? '', 'user' => $_SERVER['REMOTE_USER'] ?? null, 'basic' => $_SERVER['PHP_AUTH_USER'] ?? null,
                  'length' => strlen($body), 'sum' => md5($body), 'told' => (object)$told]), "\n";
