-- Front pages of a newsroom that differ in the time that they reach to, so that no two are equal.
local counter = 0
local document = [[query Front($until: DateTime) { news(first: 20, filter: { publishedAt: { until: $until } }) { nodes { id slug title summary ]]
  .. [[publishedAt urgency topics { slug name __typename } __typename } pageInfo { hasNextPage endCursor __typename } __typename } }]]

math.randomseed(os.time())
local start = math.random(1, 1000000000)

request = function()
  counter = counter + 1
  local till = os.date("!%Y-%m-%dT%H:%M:%SZ", 2000000000 + (start + counter) % 1000000000)
  local body = '{"operationName":"Front","query":"' .. document .. '","variables":{"until":"' .. till .. '"}}'
  return wrk.format("POST", nil, { ["Content-Type"] = "application/json", ["Accept"] = "*/*" }, body)
end
