-- Sends the requests of a plan and prints one line: seconds, right answers, median and 99th percentile in microseconds,
-- errors, and how many variables each entry of the plan has used up.
--
-- A line of the plan: weight, method, path, beginning of the body, file of variables, a line each. They are sent in turn.

local entries = {}
local total = 0
local threads = {}

function setup(thread)
    table.insert(threads, thread)
end

local function read(file)
    local lines = {}
    for line in io.lines(file) do
        lines[#lines + 1] = line
    end
    return lines
end

local function request_of(entry, variables)
    if entry.method == "GET" then
        return wrk.format("GET", entry.path)
    end
    return wrk.format("POST", entry.path, nil, entry.beginning .. variables .. "}")
end

function init(arguments)
    wrk.headers["Content-Type"] = "application/json"
    used = {}
    wrong = 0
    for line in io.lines(arguments[1]) do
        local weight, method, path, beginning, file = line:match("([^\t]*)\t([^\t]*)\t([^\t]*)\t([^\t]*)\t([^\t]*)")
        local entry = { method = method, path = path, beginning = beginning, variables = read(file), next = 1 }
        if #entry.variables == 1 then
            entry.request = request_of(entry, entry.variables[1])
        end
        total = total + tonumber(weight)
        entry.upTo = total
        entries[#entries + 1] = entry
        used[#entries] = 0
    end
    math.randomseed(1)
end

local function pick()
    if #entries == 1 then
        return 1
    end
    local point = math.random() * total
    for i, entry in ipairs(entries) do
        if point < entry.upTo then
            return i
        end
    end
end

function request()
    local i = pick()
    local entry = entries[i]
    used[i] = used[i] + 1
    if entry.request then
        return entry.request
    end
    local variables = entry.variables[entry.next]
    entry.next = entry.next % #entry.variables + 1
    return request_of(entry, variables)
end

-- Every error has a message, and errors stand at the front of an answer or at its end.
local function has_errors(body)
    return body:sub(1, 500):find('"message":', 1, true) or body:sub(-500):find('"message":', 1, true)
end

function response(status, headers, body)
    if status ~= 200 or has_errors(body) then
        wrong = wrong + 1
    end
end

function done(summary, latency)
    local wrong = threads[1]:get("wrong")
    local errors = summary.errors
    io.write(string.format(
        "RESULT\t%.3f\t%d\t%d\t%d\t%d\t%s\n",
        summary.duration / 1e6,
        summary.requests - wrong,
        latency:percentile(50),
        latency:percentile(99),
        wrong + errors.connect + errors.read + errors.write + errors.timeout,
        table.concat(threads[1]:get("used"), ",")))
end
