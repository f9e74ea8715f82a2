-- wrk: sixteen requests at a time on each connection.
local requests = ''

init = function()
  for _ = 1, 16 do
    requests = requests .. wrk.format()
  end
end

request = function()
  return requests
end
